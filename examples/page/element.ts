/**
 * The element of the page that goes by that id.
 *
 * @throws {Error} the page has none of that kind
 */
export function elementOf<Kind extends Element> (id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id)

  if (!(found instanceof kind)) {
    throw new Error(`the page has no ${kind.name} that goes by ${id}`)
  }

  return found
}

/** The first of that kind within another, or within what a template makes. */
export function elementIn<Kind extends Element> (parent: ParentNode, selector: string, kind: new () => Kind): Kind {
  const found = parent.querySelector(selector)

  if (!(found instanceof kind)) {
    throw new Error(`there is no ${kind.name} ${selector}`)
  }

  return found
}

/** One more of the rows that a template describes. */
export function rowFrom (template: string): HTMLLIElement {
  return elementIn(document.importNode(elementOf(template, HTMLTemplateElement).content, true), 'li', HTMLLIElement)
}
