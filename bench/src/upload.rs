//! Rows: the largest upload, checked and durable, against a plain write and fsync of the same bytes to the same disk;
//! and the memory that it takes at its peak.

use crate::games::{CREATOR, LARGEST_GAME_BYTES, game};
use crate::http::{Answer, Connection, get};
use crate::listing::LIST;
use crate::load::median;
use crate::memory::{MB, peak, reset_peak, resident_at_rest};
use crate::server::Programs;
use crate::table::{Budget, Row};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

/// Uploads, each of a new game, and plain writes between them.
const UPLOADS: usize = 10;
/// An upload may take this many times as long as the plain write.
const MOST_TIMES: f64 = 3.0;
/// An upload may take this many times its size in memory.
const MOST_SIZES: f64 = 2.0;
/// The host's token when none is set.
const TOKEN: &str = "maribro-upload";
/// Parts the fields of an upload; in no game that is generated here.
const BOUNDARY: &str = "maribro-bench-boundary";

/// Measures the rows.
///
/// # Errors
/// An upload is refused or lost, or the disk is.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Row>> {
    let host = programs.start_host().await?;
    let pid = host.pid()?;
    let idle = resident_at_rest(pid).await?;
    let mut upload_ms = Vec::new();
    let mut plain_ms = Vec::new();
    let mut highest: Option<f64> = None;
    for number in 0..UPLOADS {
        let id = format!("large-{number:02}");
        let bytes = game(&format!("Large {number}"), LARGEST_GAME_BYTES)?;

        let path = programs.scratch().join(format!("plain-{number:02}.html"));
        let (ms, bytes) = tokio::task::spawn_blocking(move || write_plainly(path, bytes)).await??;
        plain_ms.push(ms);

        let watched = reset_peak(pid);
        upload_ms.push(upload(host.address, &id, &bytes).await?);
        if watched {
            highest = Some(highest.unwrap_or(0.0).max(peak(pid)?));
        }
        let list = Connection::open(host.address).await?.ask(&[&get(LIST, &[])]).await?;
        if !crate::start::ids_in(&list)?.contains(&id) {
            bail!("the upload {id} is not in the list of games");
        }
    }
    host.end().await?;

    let mut rows = vec![Row {
        what: "20 MB upload, checked and durable".to_owned(),
        unit: "ms",
        measured: median(&upload_ms)?,
        baseline: median(&plain_ms)?,
        budget: Budget::UnderTimes(MOST_TIMES),
    }];
    match highest {
        Some(highest) => rows.push(Row {
            what: "  its memory at the peak, beside its size".to_owned(),
            unit: "MB",
            measured: (highest - idle).max(0.0) / MB,
            baseline: LARGEST_GAME_BYTES as f64 / MB,
            budget: Budget::UnderTimes(MOST_SIZES),
        }),
        None => println!("The upload's memory is not measured: this system does not tell the peak."),
    }
    Ok(rows)
}

/// Milliseconds that the write took, and the bytes back.
fn write_plainly(path: PathBuf, bytes: Vec<u8>) -> Result<(f64, Vec<u8>)> {
    let started = Instant::now();
    let mut file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).with_context(|| format!("writing {}", path.display()))?;
    Ok((started.elapsed().as_secs_f64() * 1000.0, bytes))
}

/// Milliseconds from the first byte sent to the whole answer.
async fn upload(address: SocketAddr, id: &str, game: &[u8]) -> Result<f64> {
    let before = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"creator_avatar_id\"\r\n\r\n{CREATOR}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{id}.html\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    let after = format!("\r\n--{BOUNDARY}--\r\n");
    let length = before.len() + game.len() + after.len();
    let head = format!(
        "POST {LIST} HTTP/1.1\r\nHost: localhost\r\nX-Maribro-Token: {TOKEN}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut connection = Connection::open(address).await?;
    let started = Instant::now();
    let answer: Answer = connection.ask(&[head.as_bytes(), before.as_bytes(), game, after.as_bytes()]).await?;
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    if answer.status != 200 {
        bail!("the upload {id} was answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(ms)
}
