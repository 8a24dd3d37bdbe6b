/**
 * Two looks at a party that go on when a game's process dies. Playwright gives a page up as soon as any frame in it has
 * crashed; the lobby itself lives on, which is the very thing to be tested.
 */

/** @typedef {import("@playwright/test").CDPSession} CDPSession */
/** @typedef {{at: number, type: string, payload: any}} Fact what the host said, and when it was heard (`Date.now()`) */

/** Longest time for the lobby to answer, in ms: its main thread is held up for as long. */
const ANSWER_MS = 10_000;

/** The lobby's page, spoken to over the browser's own line. */
export class Lobby {
  #next = 0;
  /** @type {Map<number, (reply: any) => void>} */
  #waiting = new Map();

  /** The lobby's own process has ended: not that of a game in it. */
  crashed = false;

  /**
   * @param {CDPSession} browser
   * @param {string} sessionId
   * @param {string} targetId
   */
  constructor(browser, sessionId, targetId) {
    this.browser = browser;
    this.sessionId = sessionId;
    browser.on("Target.targetCrashed", (target) => {
      if (target.targetId === targetId) this.crashed = true;
    });
    browser.on("Target.receivedMessageFromTarget", ({ message }) => {
      const reply = JSON.parse(message);
      this.#waiting.get(reply.id)?.(reply);
    });
  }

  /**
   * @param {CDPSession} browser of the whole browser
   * @param {string} url of the lobby
   */
  static async of(browser, url) {
    await browser.send("Target.setDiscoverTargets", { discover: true });
    const { targetInfos } = await browser.send("Target.getTargets");
    const target = targetInfos.find((info) => info.type === "page" && info.url.startsWith(url));
    if (!target) throw new Error(`no page shows ${url}`);
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId: target.targetId, flatten: false });
    return new Lobby(browser, sessionId, target.targetId);
  }

  /**
   * Runs a function in the lobby.
   * @template Arg, Result
   * @param {(arg: Arg) => Result} run
   * @param {Arg} [arg] what can be JSON
   * @returns {Promise<Awaited<Result>>}
   */
  async evaluate(run, arg) {
    return this.#run(`(${run})(${JSON.stringify(arg) ?? ""})`);
  }

  /** @param {string} expression */
  async #run(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** @param {string} key a `KeyboardEvent.code` that is its own `key`, like Escape */
  async key(key) {
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", code: key, key });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", code: key, key });
  }

  /** @param {"mouseMoved" | "mousePressed" | "mouseReleased"} type @param {number} x @param {number} y */
  async mouse(type, x, y) {
    const button = type === "mouseMoved" ? "none" : "left";
    await this.send("Input.dispatchMouseEvent", { type, x, y, button, clickCount: type === "mouseMoved" ? 0 : 1 });
  }

  /**
   * Clicks with the mouse on the middle of what is found in the page.
   * @template Arg
   * @param {(arg: Arg) => Element | null | undefined} find
   * @param {Arg} [arg]
   * @returns {Promise<boolean>} whether there was something to click on
   */
  async click(find, arg) {
    const expression = `(find, arg) => {
      const element = find(arg);
      element?.scrollIntoView({ block: "center", behavior: "instant" });
      const box = element?.getBoundingClientRect();
      return box && [box.x + box.width / 2, box.y + box.height / 2];
    }`;
    const found = await this.#run(`(${expression})(${find}, ${JSON.stringify(arg) ?? "undefined"})`);
    if (!found) return false;
    for (const type of /** @type {const} */ (["mouseMoved", "mousePressed", "mouseReleased"])) {
      await this.mouse(type, found[0], found[1]);
    }
    return true;
  }

  /** Where the page stands in its history, from 0. @returns {Promise<number>} */
  async historyIndex() {
    return (await this.send("Page.getNavigationHistory", {})).currentIndex;
  }

  /** One command of the browser's protocol. @param {string} method @param {object} [params] @returns {Promise<any>} */
  async send(method, params = {}) {
    this.#next += 1;
    const id = this.#next;
    const reply = new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error(`the lobby did not answer in ${ANSWER_MS} ms`)), ANSWER_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(late);
        this.#waiting.delete(id);
        if (answer.error) fail(new Error(answer.error.message));
        else done(answer.result);
      });
    });
    await this.browser.send("Target.sendMessageToTarget", {
      sessionId: this.sessionId,
      message: JSON.stringify({ id, method, params }),
    });
    return reply;
  }
}

/** A second screen of the host's own: hears every fact, and may command. It shows nothing. */
export class Remote {
  /** @type {Fact[]} */
  facts = [];
  /** The newest `round`. @type {any} */
  round = null;
  /** The newest `session`. @type {any} */
  session = null;
  /** @type {Set<() => void>} */
  #waiting = new Set();
  /** Called with each fact, after it was taken in. @type {(fact: Fact) => void} */
  onFact = () => {};

  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * @param {import("@playwright/test").Page} page an empty one
   * @param {string} url of the party
   */
  static async connect(page, url) {
    const remote = new Remote(page);
    await page.exposeFunction("heard", (/** @type {Fact} */ fact) => remote.#hear(fact));
    await page.goto(`${url}/join.svg`);
    await page.evaluate(() => {
      const socket = new WebSocket(`ws://${location.host}/ws`);
      socket.onmessage = ({ data }) => {
        const { type, payload } = JSON.parse(data);
        if (type !== "tick") /** @type {any} */ (window).heard({ at: Date.now(), type, payload });
      };
      Object.assign(window, { remote: socket });
    });
    await remote.until(() => remote.session !== null, "the host's hello");
    return remote;
  }

  /** @param {Fact} fact */
  #hear(fact) {
    this.facts.push(fact);
    this.round = fact.payload.round ?? this.round;
    this.session = fact.payload.session ?? this.session;
    this.onFact(fact);
    for (const look of this.#waiting) look();
  }

  /** @param {string} type @param {object} [payload] */
  async send(type, payload = {}) {
    await this.page.evaluate((command) => /** @type {any} */ (window).remote.send(JSON.stringify(command)), {
      type,
      payload,
    });
  }

  /**
   * Waits until something holds, looking at every fact.
   * @param {() => boolean} holds
   * @param {string} what for the error
   * @param {number} [ms]
   */
  async until(holds, what, ms = 15_000) {
    if (holds()) return;
    await new Promise((done, fail) => {
      const look = () => {
        if (!holds()) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        done(undefined);
      };
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        const state = JSON.stringify(this.round);
        fail(new Error(`${what}: not within ${ms} ms; the round is ${state}`));
      }, ms);
      this.#waiting.add(look);
    });
  }

  /** @param {string} phase @param {number} [ms] */
  phase(phase, ms) {
    return this.until(() => this.round.phase === phase, `phase ${phase}`, ms);
  }
}
