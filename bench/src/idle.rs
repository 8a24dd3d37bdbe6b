//! Row: resident memory of an idle host with a full shelf.

use crate::games::SHELF;
use crate::http::{Connection, get};
use crate::listing::{HELLO_BYTES, LIST};
use crate::memory::{MB, resident_at_rest};
use crate::server::{Programs, Server};
use crate::table::{Budget, Row};
use anyhow::Result;

/// The host has to stay under this, in MB.
const MOST_MB: f64 = 40.0;

/// Measures the row.
///
/// # Errors
/// A server does not start, or its memory cannot be read.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Row>> {
    let host = programs.start_host().await?;
    crate::start::check_list(&Connection::open(host.address).await?.ask(&[&get(LIST, &[])]).await?)?;
    let hello = programs.start_hello(HELLO_BYTES).await?;
    Connection::open(hello.address).await?.ask(&[&get("/", &[])]).await?;
    Ok(vec![Row {
        what: format!("resident memory, {SHELF} games, idle"),
        unit: "MB",
        measured: idle_mb(host).await?,
        baseline: idle_mb(hello).await?,
        budget: Budget::Under(MOST_MB),
    }])
}

async fn idle_mb(server: Server) -> Result<f64> {
    let bytes = resident_at_rest(server.pid()?).await?;
    server.end().await?;
    Ok(bytes / MB)
}
