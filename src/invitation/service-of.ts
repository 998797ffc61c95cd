/** Another service of the node, if it has one: libp2p's components throw where there is none of that name; tests may just leave it out. */
export function serviceOf<Service> (find: () => Service | undefined): Service | undefined {
  try {
    return find()
  } catch {
    return undefined
  }
}
