import assert from "node:assert/strict";
import { test } from "node:test";
import { Details, versionOf } from "../app/watch/details.js";
import { makersOf } from "../app/watch/makers.js";
import { game } from "./fixtures.js";

const score = (/** @type {number} */ creator) => ({ play: 3, creator, total: 3 + creator });

test("makers are those with a game or a bonus, the largest bonus first, and strangers go by their name", () => {
  const games = [
    game("a", { creatorAvatarId: "ant" }),
    game("b", { creatorAvatarId: "bee" }),
    game("c", { creatorAvatarId: "bee" }),
    game("d", { creatorAvatarId: "", author: "Robin" }),
    game("e", { creatorAvatarId: "", author: "" }),
  ];
  const makers = makersOf(games, { ant: score(4), cat: score(9), dog: score(0) });
  assert.deepEqual(
    makers.map(({ avatarId, author, bonus, games }) => [avatarId || author, bonus, games.map(({ id }) => id).join("")]),
    [
      ["cat", 9, ""],
      ["ant", 4, "a"],
      ["bee", 0, "bc"],
      ["Robin", 0, "d"],
      ["", 0, "e"],
    ],
  );
});

/** Details whose requests are answered by the test. */
function asked() {
  /** @type {[string, (details: any) => void][]} */
  const requests = [];
  const details = new Details((id) => new Promise((done) => requests.push([id, done])));
  const answer = async () => {
    const [id, done] = requests.shift() ?? ["", () => {}];
    done({ id });
    await new Promise((done) => setImmediate(done));
    return id;
  };
  return { details, requests, answer };
}

test("every game is asked for, two at a time, and again only when there is news of it", async () => {
  const { details, requests, answer } = asked();
  const games = ["a", "b", "c", "d", "e"].map((id) => game(id));
  details.follow(games, []);
  details.follow(games, []);
  assert.equal(requests.length, 2);
  const seen = [];
  while (requests.length) seen.push(await answer());
  assert.deepEqual(seen, ["a", "b", "c", "d", "e"]);
  details.follow(games, []);
  assert.equal(requests.length, 0);
  details.follow([game("c", { uploadedAt: "2026-02-02T00:00:00Z" }), ...games.filter(({ id }) => id !== "c")], []);
  assert.deepEqual(
    requests.map(([id]) => id),
    ["c"],
  );
});

test("a round that played a game is news of it, a round of another one is not", () => {
  /** @type {any} */
  const played = { gameId: "a" };
  assert.notEqual(versionOf(game("a"), []), versionOf(game("a"), [played]));
  assert.equal(versionOf(game("b"), []), versionOf(game("b"), [played]));
  assert.notEqual(versionOf(game("a"), []), versionOf(game("a", { unstable: true }), []));
});
