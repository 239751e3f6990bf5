/** The element of view/index.html with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`view/index.html has no #${id}`);
  return element as T;
}
