/**
 * The part of the DOM that a game of ours needs, without layout: elements hold what was written into them. What a game
 * calls and this lacks throws, so that the gap is seen and filled here.
 */

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const RAW = new Set(["script", "style"]);
const ENTITIES = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" });

/** @param {string} text */
const decode = (text) =>
  text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return ENTITIES[name] ?? whole;
    return String.fromCodePoint(name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });

export class Text {
  /** @type {Element | null} */
  parentNode = null;

  /** @param {string} data */
  constructor(data) {
    this.data = data;
  }

  get textContent() {
    return this.data;
  }

  remove() {
    this.parentNode?.removeChild(this);
  }
}

class Style {
  /** @param {string} name @param {string} value */
  setProperty(name, value) {
    /** @type {any} */ (this)[name] = String(value);
  }

  /** @param {string} name */
  getPropertyValue(name) {
    return /** @type {any} */ (this)[name] ?? "";
  }

  /** @param {string} name */
  removeProperty(name) {
    delete (/** @type {any} */ (this)[name]);
  }
}

class ClassList {
  /** @type {Set<string>} */
  #names = new Set();

  get value() {
    return [...this.#names].join(" ");
  }
  set value(text) {
    this.#names = new Set(String(text).split(/\s+/).filter(Boolean));
  }

  /** @param {...string} names */
  add(...names) {
    for (const name of names) this.#names.add(name);
  }

  /** @param {...string} names */
  remove(...names) {
    for (const name of names) this.#names.delete(name);
  }

  /** @param {string} name @param {boolean} [on] */
  toggle(name, on = !this.#names.has(name)) {
    if (on) this.#names.add(name);
    else this.#names.delete(name);
    return on;
  }

  /** @param {string} name */
  contains(name) {
    return this.#names.has(name);
  }
}

/** @typedef {Element | Text} Node */

export class Element {
  /** @type {Element | null} */
  parentNode = null;
  /** @type {Node[]} */
  childNodes = [];
  classList = new ClassList();
  style = /** @type {any} */ (new Style());
  dataset = /** @type {Record<string, string>} */ ({});
  hidden = false;
  /** @type {import("./pen.js").Pen | null} */
  pen = null;
  /** @type {Map<string, string>} */
  #attributes = new Map();
  /** @type {Map<string, Set<Function>>} */
  #listeners = new Map();

  /** @param {string} tag @param {import("./page.js").Page} page */
  constructor(tag, page) {
    this.tagName = tag.toUpperCase();
    this.page = page;
    this.width = 300;
    this.height = 150;
  }

  get id() {
    return this.getAttribute("id") ?? "";
  }
  set id(value) {
    this.setAttribute("id", value);
  }
  get className() {
    return this.classList.value;
  }
  set className(value) {
    this.classList.value = value;
  }
  get parentElement() {
    return this.parentNode;
  }
  get children() {
    return /** @type {Element[]} */ (this.childNodes.filter((node) => node instanceof Element));
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  /** @returns {Element | null} */
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  get isConnected() {
    return this.page.document.documentElement.contains(this);
  }

  /** @returns {string} */
  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" || text == null ? [] : [String(text)]));
  }
  get innerText() {
    return this.textContent;
  }
  set innerText(text) {
    this.textContent = text;
  }
  /** @param {string} html */
  set innerHTML(html) {
    this.replaceChildren();
    parseInto(this, String(html));
  }

  /** @param {string} name */
  getAttribute(name) {
    if (name === "class") return this.className;
    return this.#attributes.get(name) ?? null;
  }

  /** @param {string} name @param {unknown} value */
  setAttribute(name, value) {
    if (name === "class") this.className = String(value);
    else if (name.startsWith("data-")) {
      this.dataset[name.slice(5).replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] = String(value);
    } else this.#attributes.set(name, String(value));
  }

  /** @param {string} name */
  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  /** @param {string} name @param {boolean} [on] */
  toggleAttribute(name, on = !this.#attributes.has(name)) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }

  /** @param {...(Node | string)} nodes */
  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }

  /** @param {...(Node | string)} nodes */
  prepend(...nodes) {
    const before = this.firstChild;
    for (const node of nodes) this.insertBefore(node, before);
  }

  /** @param {Node} node */
  appendChild(node) {
    return this.insertBefore(node, null);
  }

  /** @param {Node | string} wanted @param {Node | null} before */
  insertBefore(wanted, before) {
    const node = typeof wanted === "object" ? wanted : new Text(String(wanted));
    node.remove();
    node.parentNode = this;
    const at = before ? this.childNodes.indexOf(before) : -1;
    if (at < 0) this.childNodes.push(node);
    else this.childNodes.splice(at, 0, node);
    return node;
  }

  /** @param {...(Node | string)} nodes */
  replaceChildren(...nodes) {
    for (const node of this.childNodes) node.parentNode = null;
    this.childNodes = [];
    this.append(...nodes);
  }

  /** @param {Node} node */
  removeChild(node) {
    this.childNodes = this.childNodes.filter((child) => child !== node);
    node.parentNode = null;
    return node;
  }

  remove() {
    this.parentNode?.removeChild(this);
  }

  /** @param {Node | null} node @returns {boolean} */
  contains(node) {
    for (let at = node; at; at = at.parentNode) if (at === this) return true;
    return false;
  }

  /** @param {string} selector `tag`, `#id`, `.class`, `[attribute]`, their combinations, and descendants. */
  matches(selector) {
    return selector.split(",").some((one) => {
      const parts = one.trim().split(/\s+/);
      if (!this.#matchesOne(parts.pop() ?? "")) return false;
      let at = this.parentNode;
      while (parts.length && at) {
        if (at.#matchesOne(parts[parts.length - 1])) parts.pop();
        at = at.parentNode;
      }
      return parts.length === 0;
    });
  }

  /** @param {string} part */
  #matchesOne(part) {
    if (!/^(\*|[\w-]+)?([#.][\w-]+|\[[\w-]+(="[^"]*")?\])*$/.test(part))
      throw new Error(`selector ${part} is not known`);
    const tag = /^[\w-]+/.exec(part)?.[0];
    if (tag && tag.toUpperCase() !== this.tagName) return false;
    for (const [, kind, name] of part.matchAll(/([#.])([\w-]+)(?![^[]*\])/g)) {
      if (kind === "#" ? this.id !== name : !this.classList.contains(name)) return false;
    }
    for (const [, name, value] of part.matchAll(/\[([\w-]+)(?:="([^"]*)")?\]/g)) {
      const has = this.getAttribute(name);
      if (has === null || (value !== undefined && has !== value)) return false;
    }
    return true;
  }

  /** @param {string} selector @returns {Element[]} */
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  /** @param {string} selector */
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  /** @param {string} type @param {Function} listener */
  addEventListener(type, listener) {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  /** @param {string} type @param {Function} listener */
  removeEventListener(type, listener) {
    this.#listeners.get(type)?.delete(listener);
  }

  /** @param {{type: string}} event */
  dispatchEvent(event) {
    for (const listener of this.#listeners.get(event.type) ?? []) listener.call(this, event);
    return true;
  }

  attachShadow() {
    const root = new Element("shadow-root", this.page);
    this.append(root);
    return root;
  }

  /** An animation is seen as what was asked for. @param {unknown} keyframes @param {unknown} timing */
  animate(keyframes, timing) {
    this.page.see(`animate ${JSON.stringify([keyframes, timing])}`);
    return { cancel() {}, finish() {}, play() {}, pause() {}, onfinish: null, finished: Promise.resolve() };
  }

  getAnimations() {
    return [];
  }

  getBoundingClientRect() {
    return { x: 0, y: 0, left: 0, top: 0, right: 1920, bottom: 1080, width: 1920, height: 1080 };
  }

  get offsetWidth() {
    return 1920;
  }
  get offsetHeight() {
    return 1080;
  }
  get clientWidth() {
    return 1920;
  }
  get clientHeight() {
    return 1080;
  }

  /** @param {string} kind */
  getContext(kind) {
    if (this.tagName !== "CANVAS" || kind !== "2d") return null;
    this.pen ??= this.page.newPen(this);
    return this.pen;
  }

  /** What can be seen of it, as text. @returns {string} */
  look() {
    if (RAW.has(this.tagName.toLowerCase())) return "";
    const inner = this.childNodes.map((node) => (node instanceof Element ? node.look() : node.data)).join("");
    const attributes = [...this.#attributes].join(";");
    return `<${this.tagName} ${this.className} ${attributes} ${JSON.stringify([this.style, this.dataset])} ${this.hidden}>${inner}`;
  }
}

/**
 * Reads markup into an element. Good for files that close their tags.
 * @param {Element} root
 * @param {string} html
 */
export function parseInto(root, html) {
  let at = root;
  const token =
    /<!--[\s\S]*?-->|<!\w[^>]*>|<\/([\w-]+)\s*>|<([\w-]+)((?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*(\/?)>|[^<]+|</g;
  for (let match = token.exec(html); match; match = token.exec(html)) {
    const [whole, closing, opening, attributes, selfClosing] = match;
    if (closing) {
      for (let up = /** @type {Element | null} */ (at); up && up !== root; up = up.parentNode) {
        if (up.tagName !== closing.toUpperCase()) continue;
        at = up.parentNode ?? root;
        break;
      }
    } else if (opening) {
      const tag = opening.toLowerCase();
      const element = at.page.document.createElement(tag);
      for (const [, name, , a, b, c] of attributes.matchAll(
        /([^\s=>/]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g,
      )) {
        element.setAttribute(name, decode(a ?? b ?? c ?? ""));
      }
      at.append(element);
      if (RAW.has(tag)) {
        const end = html.indexOf(`</${tag}`, token.lastIndex);
        element.append(html.slice(token.lastIndex, end));
        token.lastIndex = end;
      }
      if (!VOID.has(tag) && !selfClosing) at = element;
    } else if (!whole.startsWith("<!")) at.append(decode(whole));
  }
}
