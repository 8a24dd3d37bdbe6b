//! Row: `GET /api/games` with a full shelf against a bare hyper server.

use crate::games::SHELF;
use crate::http::{Connection, get};
use crate::load::{median, requests_per_second};
use crate::server::{Programs, Server};
use crate::table::{Budget, Row};
use anyhow::{Result, bail};
use std::time::Duration;

/// The request that is measured.
pub(crate) const LIST: &str = "/api/games";
/// What every browser, `fetch` and HTTP library asks for by itself.
const GZIP: &str = "Accept-Encoding: gzip";
/// Size of the baseline's answer: what "hello" has.
pub(crate) const HELLO_BYTES: usize = b"hello".len();
/// Rounds in which all servers take their turn, so that a noisy moment hits them alike.
const ROUNDS: usize = 5;
/// Length of one turn.
const TURN: Duration = Duration::from_millis(1500);
/// Length of the first turn, which is not counted.
const WARM_UP: Duration = Duration::from_millis(300);
/// The host has to reach this share of the baseline's requests per second.
const LEAST_SHARE: f64 = 0.6;

/// One server, one request, and the rates so far.
struct Turn<'a> {
    server: &'a Server,
    request: Vec<u8>,
    status: u16,
    rates: Vec<f64>,
}

impl<'a> Turn<'a> {
    fn new(server: &'a Server, request: Vec<u8>, status: u16) -> Self {
        Self { server, request, status, rates: Vec::new() }
    }

    async fn take(&self, duration: Duration) -> Result<f64> {
        requests_per_second(self.server.address, &self.request, self.status, duration).await
    }
}

/// Measures the row, and two that explain it.
///
/// # Errors
/// A server does not start or answers wrongly.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Row>> {
    let host = programs.start_host().await?;
    let list = Connection::open(host.address).await?.ask(&[&get(LIST, &[])]).await?;
    crate::start::check_list(&list)?;
    let Some(etag) = list.header("etag") else { bail!("{LIST} has no ETag") };
    let unchanged = get(LIST, &[&format!("If-None-Match: {etag}")]);
    let gzipped = Connection::open(host.address).await?.ask(&[&get(LIST, &[GZIP])]).await?;
    if gzipped.header("content-encoding") != Some("gzip") {
        bail!("{LIST} did not come gzipped");
    }
    let hello = programs.start_hello(HELLO_BYTES).await?;
    let same_size = programs.start_hello(list.body.len()).await?;

    let mut turns = [
        Turn::new(&host, get(LIST, &[GZIP]), 200),
        Turn::new(&hello, get("/", &[]), 200),
        Turn::new(&same_size, get("/", &[]), 200),
        Turn::new(&host, unchanged, 304),
        Turn::new(&host, get(LIST, &[]), 200),
    ];
    for turn in &turns {
        turn.take(WARM_UP).await?;
    }
    for _ in 0..ROUNDS {
        for turn in &mut turns {
            let rate = turn.take(TURN).await?;
            turn.rates.push(rate);
        }
    }
    let mut medians = [0.0; 5];
    for (median_of_turn, turn) in medians.iter_mut().zip(&turns) {
        *median_of_turn = median(&turn.rates)?;
    }
    let [listed, bare, bare_same_size, conditional, plain] = medians;
    host.end().await?;
    hello.end().await?;
    same_size.end().await?;

    let row = |what: String, measured, baseline, budget| Row { what, unit: "req/s", measured, baseline, budget };
    let (kilobytes, gzipped) = (list.body.len() / 1024, gzipped.body.len() / 1024);
    Ok(vec![
        row(format!("GET {LIST}, {SHELF} games ({gzipped} KB gzip)"), listed, bare, Budget::AtLeastTimes(LEAST_SHARE)),
        row(format!("  as plain JSON, against a hello of {kilobytes} KB"), plain, bare_same_size, Budget::None),
        row(format!("  the hello of {kilobytes} KB itself"), bare_same_size, bare, Budget::None),
        row("  unchanged since asked last (304)".to_owned(), conditional, bare, Budget::None),
    ])
}
