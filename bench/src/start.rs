//! Row: from the start of the process to its first answer, with a full shelf.

use crate::games::SHELF;
use crate::http::{Answer, Connection, get};
use crate::listing::{HELLO_BYTES, LIST};
use crate::load::median;
use crate::server::{Programs, Server};
use crate::table::{Budget, Row};
use anyhow::{Context, Result, bail};

/// Starts of each server.
const STARTS: usize = 10;
/// The host has to answer within this.
const MOST_MS: f64 = 150.0;

/// Measures the row.
///
/// # Errors
/// A server does not start or answers wrongly.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Row>> {
    let mut host_ms = Vec::new();
    let mut hello_ms = Vec::new();
    for _ in 0..STARTS {
        let hello = programs.start_hello(HELLO_BYTES).await?;
        let (ms, _) = first_answer(&hello, "/").await?;
        hello_ms.push(ms);
        hello.end().await?;
        let host = programs.start_host().await?;
        let (ms, list) = first_answer(&host, LIST).await?;
        check_list(&list)?;
        host_ms.push(ms);
        host.end().await?;
    }
    Ok(vec![Row {
        what: format!("start to first answer, {SHELF} games"),
        unit: "ms",
        measured: median(&host_ms)?,
        baseline: median(&hello_ms)?,
        budget: Budget::Under(MOST_MS),
    }])
}

/// Milliseconds from the making of the process to its first answer, and the answer.
async fn first_answer(server: &Server, path: &str) -> Result<(f64, Answer)> {
    let answer = Connection::open(server.address).await?.ask(&[&get(path, &[])]).await?;
    Ok((server.spawned.elapsed().as_secs_f64() * 1000.0, answer))
}

/// Refuses an answer that is not the list of the whole shelf: a quick wrong one is not worth measuring.
///
/// # Errors
/// It is not.
pub(crate) fn check_list(answer: &Answer) -> Result<()> {
    if answer.status != 200 {
        bail!("{LIST} answered {}", answer.status);
    }
    let games = ids_in(answer)?.len();
    if games != SHELF {
        bail!("{LIST} has {games} games in the place of {SHELF}");
    }
    Ok(())
}

/// The ids of a list of games.
///
/// # Errors
/// It is none.
pub(crate) fn ids_in(answer: &Answer) -> Result<Vec<String>> {
    let list: serde_json::Value = serde_json::from_slice(&answer.body).with_context(|| format!("{LIST} is no JSON"))?;
    let games = list["games"].as_array().with_context(|| format!("{LIST} has no games"))?;
    games.iter().map(|game| game["id"].as_str().map(str::to_owned).context("a game has no id")).collect()
}
