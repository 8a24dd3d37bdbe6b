//! Prints how many megabytes per second the contract crate handles, on games of nearly 20 MB.
//!
//! `cargo run --release -p maribro-contract --example inspect_speed`

use maribro_contract::checks::{MAX_GAME_BYTES, inspect};
use maribro_contract::creator::rewrite_creator;
use maribro_contract::metadata;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Runs per input; the fastest counts, since everything else on the machine only adds.
const RUNS: usize = 5;

fn fastest(mut work: impl FnMut()) -> Duration {
    let run = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..RUNS).map(run).min().unwrap_or_default()
}

fn game(head: &str, body: &str) -> Vec<u8> {
    format!(
        "<!doctype html><html><head><meta name=\"maribro:title\" content=\"Speed\"><script src=\"/public/maribro-sdk.js\"></script>\
         {head}</head><body><canvas></canvas>{body}<script>Maribro.endGame(Maribro.getActiveSlots())</script></body></html>"
    )
    .into_bytes()
}

/// `unit` over and over, up to nearly the largest game.
fn fill(unit: &str) -> String {
    unit.repeat((MAX_GAME_BYTES - 4096) / unit.len())
}

fn main() {
    let base64 = fill("iVBORw0KGgoAAAANSUhEUgAA+/BCAYAA");
    let code = fill(
        "function step(dt) { for (const p of players) { p.x += p.vx * dt; if (p.x > W / 2) p.x = -1; } // wrap\n  \
         ctx.fillStyle = \"#ff8800\"; ctx.fillRect(p.x | 0, p.y, 12, 12); }\n",
    );
    let markup = fill("<div class=\"tile\" data-x=\"3\"><span style=\"color: red\">x</span></div>\n");
    let css = fill(".tile { background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=) no-repeat; color: #fff }\n");
    let inputs = [
        (
            "base64 string in a script",
            game("", &format!("<script>const a = \"data:image/png;base64,{base64}\"</script>")),
        ),
        ("base64 in an attribute", game("", &format!("<img src=\"data:image/png;base64,{base64}\">"))),
        ("base64 in CSS", game(&format!("<style>body{{background:url(data:image/png;base64,{base64})}}</style>"), "")),
        ("JavaScript", game("", &format!("<script>{code}</script>"))),
        ("CSS", game(&format!("<style>{css}</style>"), "")),
        ("markup", game("", &markup)),
        ("only <", fill("<").into_bytes()),
    ];
    println!("{:<28} {:>8} {:>13} {:>11} {:>11}", "input", "bytes", "inspect MB/s", "read ms", "rewrite ms");
    for (name, bytes) in &inputs {
        let inspected = fastest(|| {
            black_box(inspect(black_box(bytes)));
        });
        let read = fastest(|| {
            black_box(metadata::read(black_box(bytes)));
        });
        let rewritten = fastest(|| {
            let mut length = 0;
            let result = rewrite_creator(black_box(bytes), "fox-orange", |piece| length += piece.len());
            black_box((result.is_ok(), length));
        });
        let megabytes = bytes.len() as f64 / 1e6;
        println!(
            "{name:<28} {:>8} {:>13.0} {:>11.3} {:>11.3}",
            bytes.len(),
            megabytes / inspected.as_secs_f64(),
            read.as_secs_f64() * 1e3,
            rewritten.as_secs_f64() * 1e3
        );
    }
}
