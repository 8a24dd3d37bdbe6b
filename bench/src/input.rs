//! Rows: from a report of a pad to the bytes at a client of the input daemon, against a program that does nothing but wait
//! for SDL's events; and what the daemon costs when nobody plays.
//!
//! The report is made over the rig's WebSocket, so the daemon's number has one hop more than a real pad.

use crate::server::{Programs, Server};
use crate::table::{Budget, Row};
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use maribro_input::backend::bare;
use maribro_input::protocol::{PROTOCOL, RIG_PROTOCOL, frame::decode};
use rustix::process::Pid;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest, http::HeaderValue};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Reports that are timed.
const REPORTS: u64 = 2_000;
/// Pads of a party.
const PADS: usize = 4;
/// How long an idle program is watched.
const IDLE_WATCH: Duration = Duration::from_secs(5);
/// How long it may come to rest before; the daemon looks less often when nothing moved for 10 s.
const IDLE_BEFORE: Duration = Duration::from_secs(12);
/// Half of the reports have to be there within this, in microseconds.
const MOST_P50_US: f64 = 1_000.0;
/// All but one in a hundred within this.
const MOST_P99_US: f64 = 2_000.0;
/// Share of one core, in percent.
const MOST_IDLE_PERCENT: f64 = 2.0;
const TOKEN: &str = "the token of the bench";

type Socket = WebSocketStream<TcpStream>;

/// Measures the rows.
///
/// # Errors
/// A program does not start, or a report does not arrive.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Row>> {
    let bare = bare_latencies(programs).await?;
    let daemon = programs.start_input(PADS, TOKEN).await?;
    let ours = latencies(daemon.address).await?;
    let mut rows = Vec::new();
    for (name, share, most) in [("p50", 0.5, MOST_P50_US), ("p99", 0.99, MOST_P99_US)] {
        rows.push(Row {
            what: format!("pad event to bytes on the socket, {name}"),
            unit: "µs",
            measured: quantile(&ours, share)?,
            baseline: quantile(&bare, share)?,
            budget: Budget::Under(most),
        });
    }
    rows.extend(idle(programs, daemon).await?);
    Ok(rows)
}

/// Pauses before reports: at every phase of a loop that looks once a millisecond.
fn pauses() -> impl Iterator<Item = Duration> {
    (0..REPORTS).map(|n| Duration::from_micros(1_000 + n * 7_919 % 6_000))
}

/// Plays the baseline.
///
/// # Errors
/// SDL does not start.
pub(crate) fn bare_wait() -> Result<()> {
    for latency in bare::measure(pauses().collect())? {
        println!("{}", latency.as_micros());
    }
    Ok(())
}

/// Plays the idle baseline; longer than it is watched.
///
/// # Errors
/// SDL does not start.
pub(crate) fn bare_idle() -> Result<()> {
    Ok(bare::idle(PADS, (IDLE_BEFORE + IDLE_WATCH) * 2)?)
}

async fn bare_latencies(programs: &Programs) -> Result<Vec<f64>> {
    let output =
        programs.role("sdl-wait").stdout(Stdio::piped()).output().await.context("starting the SDL baseline")?;
    if !output.status.success() {
        bail!("the SDL baseline: {}", output.status);
    }
    let lines = String::from_utf8(output.stdout).context("reading the SDL baseline")?;
    lines.lines().map(|line| line.parse().context("reading the SDL baseline")).collect()
}

/// Microseconds from each report to its state at a client.
async fn latencies(address: SocketAddr) -> Result<Vec<f64>> {
    let mut client = connect(address, PROTOCOL).await?;
    let mut rig = connect(address, RIG_PROTOCOL).await?;
    next(&mut rig).await?;
    let mut latencies = Vec::new();
    for (pause, number) in pauses().zip(1u16..) {
        tokio::time::sleep(pause).await;
        let down = number % 2;
        let report = format!(r#"{{"type":"button","payload":{{"pad":0,"button":"south","value":{down}}}}}"#);
        let sent = Instant::now();
        rig.send(Message::text(report)).await?;
        while !shows(&next(&mut client).await?, down > 0)? {}
        latencies.push(sent.elapsed().as_secs_f64() * 1e6);
        let answer = next(&mut rig).await?;
        if !answer.to_text()?.contains("done") {
            bail!("the rig answered {answer}");
        }
    }
    Ok(latencies)
}

fn shows(message: &Message, down: bool) -> Result<bool> {
    let Message::Binary(bytes) = message else { return Ok(false) };
    let frame = decode(bytes).context("reading a state")?;
    let is_down = frame.pads.first().context("a state without pads")?.values[0] > 0;
    Ok(is_down == down)
}

async fn next(socket: &mut Socket) -> Result<Message> {
    Ok(socket.next().await.context("the daemon ended the connection")??)
}

async fn connect(address: SocketAddr, protocol: &'static str) -> Result<Socket> {
    let mut request = format!("ws://{address}/?token={}", TOKEN.replace(' ', "%20")).into_client_request()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(client_async(request, stream).await.context("connecting to the daemon")?.0)
}

/// One client is connected, as in a party.
async fn idle(programs: &Programs, daemon: Server) -> Result<Option<Row>> {
    let mut client = connect(daemon.address, PROTOCOL).await?;
    let reading = tokio::spawn(async move { while next(&mut client).await.is_ok() {} });
    let measured = idle_percent(daemon.pid()?).await?;
    reading.abort();
    daemon.end().await?;
    let mut bare = programs.role("sdl-idle").spawn().context("starting the SDL baseline")?;
    let id = i32::try_from(bare.id().context("the SDL baseline has ended")?)?;
    let baseline = idle_percent(Pid::from_raw(id).context("the SDL baseline has ended")?).await?;
    bare.kill().await.context("ending the SDL baseline")?;
    Ok(measured.zip(baseline).map(|(measured, baseline)| Row {
        what: format!("processor use, {PADS} idle pads"),
        unit: "%",
        measured,
        baseline,
        budget: Budget::Under(MOST_IDLE_PERCENT),
    }))
}

/// Share of a core that a process takes; `None` where the system does not tell it so finely.
async fn idle_percent(pid: Pid) -> Result<Option<f64>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    tokio::time::sleep(IDLE_BEFORE).await;
    let (began, before) = (Instant::now(), busy_ns(pid)?);
    tokio::time::sleep(IDLE_WATCH).await;
    let busy = busy_ns(pid)? - before;
    Ok(Some(busy / began.elapsed().as_secs_f64() / 1e9 * 100.0))
}

/// Nanoseconds that all threads of a process were running: proc(5), schedstat.
fn busy_ns(pid: Pid) -> Result<f64> {
    let mut sum = 0.0;
    for task in std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_nonzero())).context("finding the threads")? {
        let path = task?.path().join("schedstat");
        let told = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        sum += told.split(' ').next().unwrap_or("").parse::<f64>().context("reading a thread's time")?;
    }
    Ok(sum)
}

/// The value that this share of all values is at most.
fn quantile(values: &[f64], share: f64) -> Result<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few")]
    let place = ((sorted.len() as f64 * share).ceil() as usize).max(1) - 1;
    sorted.get(place).copied().context("nothing was measured")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.5).expect("some"), 50.0);
        assert_eq!(quantile(&hundred, 0.99).expect("some"), 99.0);
        assert_eq!(quantile(&[7.0], 0.99).expect("one"), 7.0);
        assert!(quantile(&[], 0.5).is_err());
    }
}
