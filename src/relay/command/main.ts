#!/usr/bin/env node
/** The program: the command, with what there is of a process around it. */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { systemEnvironment } from '../../environment/index.ts'
import { runCommand } from './command.ts'

const { argv, env, stdout, stderr } = process

process.exit(await runCommand({ argv: argv.slice(2), env, stdout, stderr, events: process, environment: systemEnvironment, readText: path => readFileSync(path, 'utf8') }))
