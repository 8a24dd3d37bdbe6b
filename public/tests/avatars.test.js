import assert from "node:assert/strict";
import { test } from "node:test";
import { avatarImage } from "../app/avatars.js";

test("poses_are_fragments_and_the_still_one_has_an_address_of_its_own", () => {
  const fox = { id: "fox", name: "Fox", color: "#fb8c00", image: "/public/avatars/fox.svg" };
  assert.equal(avatarImage(fox, "idle"), "/public/avatars/fox.svg");
  assert.equal(avatarImage(fox, "happy"), "/public/avatars/fox.svg#happy");
  assert.equal(avatarImage(fox, "sad"), "/public/avatars/fox.svg#sad");
  assert.equal(avatarImage(fox, "still"), "/public/avatars/fox.svg?still#still");
  assert.equal(avatarImage(fox, "idle", true), "/public/avatars/fox.svg?still#still");
  assert.equal(avatarImage(fox, "sad", true), "/public/avatars/fox.svg?still#sad-still");
});
