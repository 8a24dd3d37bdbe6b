//! The load: a fixed number of keep-alive connections that ask again as soon as they are answered.

use crate::http::Connection;
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Connections at once: enough to keep two cores busy, few enough that none waits long.
pub(crate) const CONNECTIONS: usize = 16;

/// Asks for this long and gives the answers per second.
///
/// # Errors
/// A connection breaks, or an answer has another status.
pub(crate) async fn requests_per_second(
    address: SocketAddr,
    request: &[u8],
    status: u16,
    duration: Duration,
) -> Result<f64> {
    let request: Arc<[u8]> = request.into();
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(address).await?);
    }
    let started = Instant::now();
    let mut asking = JoinSet::new();
    for mut connection in connections {
        let request = Arc::clone(&request);
        asking.spawn(async move {
            let mut answers = 0_u32;
            while started.elapsed() < duration {
                let got = connection.ask_for_status(&request).await?;
                if got != status {
                    bail!("the server answered {got} in the place of {status}");
                }
                answers += 1;
            }
            Ok(answers)
        });
    }
    let mut answers = 0.0;
    while let Some(asked) = asking.join_next().await {
        answers += f64::from(asked.context("a client panicked")??);
    }
    Ok(answers / started.elapsed().as_secs_f64())
}

/// The middle one; of an even number the mean of the middle two.
///
/// # Errors
/// There is none.
pub(crate) fn median(values: &[f64]) -> Result<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2).context("nothing was measured")?;
    Ok(if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[sorted.len() / 2 - 1], upper) } else { upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]).expect("three"), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]).expect("four"), 2.5);
        assert!(median(&[]).is_err());
    }
}
