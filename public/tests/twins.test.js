import assert from "node:assert/strict";
import { test } from "node:test";
import { neutralPad } from "../app/pads/counters.js";
import { Pair } from "../app/pads/pair.js";
import { makeOf, SAME_PRESS_MS, SURE_AFTER, Twins } from "../app/pads/twins.js";

const DS4 = "054c:09cc";
const LATER = SAME_PRESS_MS + 1;

/** @param {number[]} pads @param {string} [make] */
function twinsOf(pads, make = DS4) {
  const twins = new Twins();
  twins.meet(pads.map((number) => ({ number, make })));
  return twins;
}

/**
 * Presses at their times; who acted, and when, in the order in which they did.
 * @param {Twins} twins
 * @param {[pad: number, at: number, button?: number][]} presses
 * @param {number[]} [seated] seats that are taken before; whoever acts has one from then on
 */
function act(twins, presses, seated = []) {
  const seats = new Set(seated);
  /** @type {[pad: number, at: number][]} */
  const acted = [];
  const end = Math.max(...presses.map(([, at]) => at)) + 2 * SAME_PRESS_MS;
  for (let now = 0; now <= end; now += 1) {
    for (const [pad, at, button = 0] of presses) {
      if (at === now && twins.press(pad, button, now, seats.has(pad))) {
        acted.push([pad, now]);
        seats.add(pad);
      }
    }
    for (const { pad } of twins.settle(now, (pad) => seats.has(pad))) {
      acted.push([pad, now]);
      seats.add(pad);
    }
  }
  return acted;
}

/** @param {Twins} twins @param {[number, number]} pair @param {number} [count] */
function pressTogether(twins, [b, d], count = SURE_AFTER) {
  for (let n = 0; n < count; n += 1)
    act(
      twins,
      [
        [b, 0],
        [d, 5],
      ],
      [b],
    );
}

test("browsers_write_vendor_and_product_in_two_ways", () => {
  assert.equal(makeOf("Wireless Controller (STANDARD GAMEPAD Vendor: 054C Product: 09cc)"), DS4);
  assert.equal(makeOf("054c-09cc-Wireless Controller"), DS4);
  assert.equal(makeOf("Xbox 360 Controller (XInput STANDARD GAMEPAD)"), "");
});

test("the_first_press_ever_takes_one_seat_and_with_the_browsers_number_whoever_tells_of_it_first", () => {
  assert.deepEqual(
    act(twinsOf([0, 100]), [
      [0, 0],
      [100, 12],
    ]),
    [[0, 12]],
  );
  assert.deepEqual(
    act(twinsOf([0, 100]), [
      [100, 0],
      [0, 12],
    ]),
    [[0, 12]],
  );
});

test("a_pad_that_only_the_daemon_sees_waits_once_and_then_never_again", () => {
  const twins = twinsOf([100]);
  assert.deepEqual(act(twins, [[100, 0]]), [[100, SAME_PRESS_MS]]);
  assert.deepEqual(act(twins, [[100, 0]]), [[100, 0]]);
});

test("a_browser_pad_waits_for_nobody_when_the_daemon_has_no_pad_of_its_make", () => {
  assert.deepEqual(act(twinsOf([0]), [[0, 0]]), [[0, 0]]);
  const twins = new Twins();
  twins.meet([
    { number: 0, make: "045e:028e" },
    { number: 100, make: DS4 },
  ]);
  assert.deepEqual(act(twins, [[0, 0]]), [[0, 0]]);
});

test("a_pad_that_a_browser_shows_by_its_first_press_only_is_known_by_that_press", () => {
  const twins = twinsOf([100]);
  assert.equal(twins.press(100, 0, 0, false), false);
  twins.meet([0, 100].map((number) => ({ number, make: DS4 })));
  assert.equal(twins.press(0, 0, 16, false), false);
  assert.deepEqual(
    twins.settle(16, () => false),
    [{ pad: 0, button: 0 }],
  );
});

test("two_people_who_press_at_the_same_moment_both_get_a_seat", () => {
  const orders = [
    [0, 1, 100, 101],
    [100, 101, 0, 1],
    [100, 0, 1, 101],
    [0, 101, 100, 1],
  ];
  for (const order of orders) {
    const acted = act(
      twinsOf([0, 1, 100, 101]),
      order.map((pad, n) => [pad, n * 7]),
    );
    assert.deepEqual(acted.map(([pad]) => pad).sort(), [0, 1], order.join());
    for (const [, at] of acted) assert.ok(at <= LATER);
  }
});

test("two_people_with_a_pad_that_only_the_daemon_sees_among_theirs_both_get_a_seat", () => {
  const acted = act(twinsOf([0, 100, 101]), [
    [100, 0],
    [101, 3],
    [0, 9],
  ]);
  assert.deepEqual(
    acted.map(([pad]) => pad),
    [100, 101],
    "two of the daemon's are two people for certain",
  );
});

test("somebody_who_presses_together_with_a_seated_player_gets_a_seat_and_only_one", () => {
  const browserSeated = act(
    twinsOf([0, 1, 100, 101]),
    [
      [0, 0],
      [100, 2],
      [101, 4],
      [1, 8],
    ],
    [0],
  );
  assert.deepEqual(
    browserSeated.map(([pad]) => pad),
    [0, 1],
  );
  const daemonSeated = act(
    twinsOf([0, 1, 100, 101]),
    [
      [0, 0],
      [100, 2],
      [101, 4],
      [1, 8],
    ],
    [100],
  );
  assert.deepEqual(
    daemonSeated.map(([pad]) => pad),
    [100, 101],
  );
});

test("a_player_with_a_seat_never_waits_and_the_twin_takes_no_second_seat", () => {
  for (const [seated, other] of [
    [0, 100],
    [100, 0],
  ]) {
    const acted = act(
      twinsOf([0, 100]),
      [
        [other ?? 0, 0],
        [seated ?? 0, 8],
      ],
      [seated ?? 0],
    );
    assert.deepEqual(acted, [[seated, 8]]);
  }
});

test("presses_of_different_buttons_are_two_people", () => {
  const acted = act(twinsOf([0, 100]), [
    [0, 0, 0],
    [100, 5, 3],
  ]);
  assert.deepEqual(
    acted.map(([pad]) => pad),
    [0, 100],
  );
});

test("three_presses_told_alike_in_a_row_make_twins", () => {
  const twins = twinsOf([0, 1, 100, 101]);
  pressTogether(twins, [1, 100], SURE_AFTER - 1);
  assert.deepEqual([twins.of(1), twins.guess(1), twins.guess(100)], [null, 100, 1]);
  pressTogether(twins, [1, 100], 1);
  assert.deepEqual([twins.of(1), twins.of(100), twins.of(0)], [100, 1, null]);
});

test("one_press_that_only_one_of_them_told_begins_it_anew", () => {
  const twins = twinsOf([0, 100]);
  pressTogether(twins, [0, 100], SURE_AFTER - 1);
  assert.deepEqual(
    act(twins, [[100, 0]], [0]).map(([pad]) => pad),
    [100],
    "somebody else after all",
  );
  assert.equal(twins.guess(0), null);
  pressTogether(twins, [0, 100], SURE_AFTER - 1);
  assert.equal(twins.of(0), null);
});

test("twins_are_parted_when_each_was_pressed_without_the_other_and_not_when_one_is_deaf", () => {
  const twins = twinsOf([0, 100]);
  pressTogether(twins, [0, 100]);
  for (let n = 0; n < 9; n += 1) twins.compare(0, false, 1);
  assert.equal(twins.of(0), 100, "the browser is deaf");
  twins.compare(0, true);
  twins.compare(0, false, 1);
  twins.compare(0, false, 0);
  assert.equal(twins.of(0), 100);
  twins.compare(0, false, 1);
  twins.compare(0, false, 0);
  assert.deepEqual([twins.of(0), twins.of(100)], [null, null]);
});

test("an_index_that_is_given_to_another_pad_is_no_twin_any_more", () => {
  const twins = twinsOf([0, 100]);
  pressTogether(twins, [0, 100]);
  assert.deepEqual(twins.meet([{ number: 0, make: DS4 }]), [], "only the daemon lost it");
  assert.equal(twins.of(0), 100);
  assert.deepEqual(twins.meet([{ number: 0, make: "045e:028e" }]), [{ gone: 0, twin: 100 }]);
  assert.equal(twins.of(100), null);
});

/** @param {number} count @param {number} [button] */
const presses = (count, button = 0) => neutralPad().presses.with(button, count);

test("a_press_that_both_tell_counts_once_whoever_is_first", () => {
  const pair = new Pair();
  const total = (/** @type {[number, number, number][]} */ steps) =>
    steps.map(([b, d, now]) => pair.count(presses(b), presses(d), now).presses[0] ?? 0).reduce((a, b) => a + b);
  assert.equal(
    total([
      [0, 1, 0],
      [1, 0, 9],
    ]),
    1,
  );
  assert.equal(
    total([
      [1, 0, 200],
      [0, 1, 230],
    ]),
    1,
  );
  assert.equal(total([[1, 1, 400]]), 1);
  assert.equal(
    total([
      [0, 2, 600],
      [1, 0, 604],
      [1, 0, 640],
    ]),
    2,
  );
});

test("a_tap_that_one_of_them_missed_counts_and_no_later_press_is_lost_for_it", () => {
  const pair = new Pair();
  assert.equal(pair.count(presses(0), presses(1), 0).presses[0], 1, "too short for the browser");
  const news = pair.count(presses(0), presses(0), LATER);
  assert.deepEqual([...news.missedBy], [0]);
  assert.equal(pair.count(presses(1), presses(0), LATER + 1).presses[0], 1);
  assert.equal(pair.count(presses(0), presses(1), LATER + 9).presses[0], 0);
});

test("random_presses_told_by_both_in_any_order_and_missed_by_one_at_times_count_exactly", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const pair = new Pair();
  /** Presses that each side tells, by ms. @type {Map<number, [number, number]>} */
  const told = new Map();
  let at = 0;
  const taps = 2000;
  for (let n = 0; n < taps; n += 1) {
    at += 5 + Math.floor(random() * 100);
    const missing = random() < 0.1 ? Math.floor(random() * 2) : -1;
    // That somebody missed one is only known when nothing more comes for a moment.
    if (missing >= 0) at += LATER;
    for (const side of /** @type {const} */ ([0, 1])) {
      if (side === missing) continue;
      const when = at + Math.floor(random() * 40);
      const both = told.get(when) ?? [0, 0];
      both[side] += 1;
      told.set(when, both);
    }
    if (missing >= 0) at += LATER + 40;
  }
  let counted = 0;
  for (const when of [...told.keys()].sort((a, b) => a - b)) {
    const [browser, daemon] = told.get(when) ?? [0, 0];
    counted += pair.count(presses(browser), presses(daemon), when).presses[0] ?? 0;
  }
  assert.equal(counted, taps);
});

test("the_browser_serves_until_it_is_silent_while_the_daemon_is_not", () => {
  const pair = new Pair();
  const held = { ...neutralPad(), buttons: neutralPad().buttons.with(0, 1) };
  const up = neutralPad();
  assert.equal(pair.choose(up, up, 0), up);
  const moved = { ...up, axes: [1, 0, 0, 0] };
  assert.equal(pair.choose(up, moved, 500), moved, "nothing heard of the browser since");
  const both = { ...moved, axes: [0.99, 0, 0, 0] };
  assert.equal(pair.choose(both, moved, 520), both, "it is back");
  assert.equal(pair.choose(both, held, 560), both);
  assert.equal(pair.choose(null, held, 570), held);
  assert.equal(pair.choose(held, null, 580), held);
  assert.equal(pair.choose(null, null, 590), null);
});
