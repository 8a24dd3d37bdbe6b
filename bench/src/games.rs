//! The generated games: valid ones of the size that agents write, and one as large as an upload may be.

use anyhow::{Context, Result};
use std::path::Path;

/// Games on the shelf while it is measured.
pub(crate) const SHELF: usize = 300;
/// Size of each: a hand-sized game of an agent, with its drawings in code.
const GAME_BYTES: usize = 20 * 1024;
/// The largest upload that the contract allows.
pub(crate) const LARGEST_GAME_BYTES: usize = 20 * 1024 * 1024;
/// The avatar that made them.
pub(crate) const CREATOR: &str = "knight-red";

/// Writes the shelf into a new folder.
///
/// # Errors
/// A file cannot be written.
pub(crate) fn write_shelf(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for number in 0..SHELF {
        let path = folder.join(format!("bench-game-{number:03}.html"));
        let game = game(&format!("Bench Game {number}"), GAME_BYTES)?;
        std::fs::write(&path, game).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// A valid game of exactly this many bytes, filled up with a picture that does not compress away.
///
/// # Errors
/// So few bytes hold no game.
pub(crate) fn game(title: &str, bytes: usize) -> Result<Vec<u8>> {
    let before = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="title" content="{title}">
<meta name="description" content="Be the first to press south after the flash. A press before it counts against you.">
<meta name="author" content="The bench">
<meta name="maxDurationSec" content="30">
<meta name="creatorAvatarId" content="{CREATOR}">
<script src="/public/maribro-sdk.js"></script>
</head>
<body>
<canvas id="screen" width="1920" height="1080"></canvas>
<script>
const scores = [0, 0, 0, 0];
Maribro.onReady(() => {{
  const active = Maribro.getActiveSlots();
  function frame() {{
    for (const slot of active) if (Maribro.getInput(slot).buttons.south) scores[slot] = 10;
    if (Maribro.getTimeRemainingMs() <= 0) Maribro.endGame(scores);
    else requestAnimationFrame(frame);
  }}
  requestAnimationFrame(frame);
}});
const picture = "data:application/octet-stream;base64,"#
    );
    let after = "\";\n</script>\n</body>\n</html>\n";
    let fill = bytes.checked_sub(before.len() + after.len()).context("a game does not fit in so few bytes")?;
    let mut game = before.into_bytes();
    game.reserve_exact(fill + after.len());
    game.extend(noise().take(fill));
    game.extend_from_slice(after.as_bytes());
    Ok(game)
}

/// Letters of base64 in an order that repeats only after 2^64 of them (xorshift64).
fn noise() -> impl Iterator<Item = u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        LETTERS[usize::from(state.to_be_bytes()[0] & 63)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_game_has_exactly_the_size_asked_for() {
        for bytes in [GAME_BYTES, 100_000] {
            let game = game("Title", bytes).expect("it fits");
            assert_eq!(game.len(), bytes);
            assert!(game.ends_with(b"</html>\n"));
        }
        assert!(game("Title", 100).is_err());
    }
}
