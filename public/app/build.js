/** Makes and patches DOM elements. Data goes in as text or attribute, never as markup. */

/** A custom element that is built once when it is connected, then patched by `update(view)`. */
export class PartyElement extends HTMLElement {
  #listening = new AbortController();

  connectedCallback() {
    this.#listening = new AbortController();
    this.replaceChildren();
    this.build();
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  /** Makes the element's fixed parts. */
  build() {}

  /** @param {import("./view.d.ts").View} _view */
  update(_view) {}

  /**
   * Listens until the element leaves the page.
   * @template {keyof HTMLElementEventMap} K
   * @param {EventTarget} target
   * @param {K} type
   * @param {(event: HTMLElementEventMap[K]) => void} handler
   */
  listen(target, type, handler) {
    target.addEventListener(type, /** @type {EventListener} */ (handler), { signal: this.#listening.signal });
  }

  /**
   * Tells the page what the person wants.
   * @param {import("./view.d.ts").Intent} intent
   */
  intend(intent) {
    this.dispatchEvent(new CustomEvent("intent", { detail: intent, bubbles: true }));
  }

  /** @param {import("./types.d.ts").ScreenCommand} command */
  send(command) {
    this.intend({ do: "send", command });
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes] `text` is the text content
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value null takes the attribute away
 */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * @param {HTMLElement} element
 * @param {string} name of a custom property
 * @param {string} value
 */
export function setProperty(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/**
 * Keeps a parent's children in step with a list, one element a key, so that focus and motion survive.
 * @template T
 * @template {HTMLElement} E
 * @param {HTMLElement} parent
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => E} create
 * @param {(element: E, item: T, index: number) => void} patch
 * @returns {(items: T[]) => void}
 */
export function keyedList(parent, keyOf, create, patch) {
  /** @type {Map<string, E>} */
  let elements = new Map();
  return (items) => {
    /** @type {Map<string, E>} */
    const next = new Map();
    items.forEach((item, index) => {
      const key = keyOf(item);
      const element = elements.get(key) ?? create(item);
      patch(element, item, index);
      if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
      next.set(key, element);
    });
    for (const [key, element] of elements) if (!next.has(key)) element.remove();
    elements = next;
  };
}
