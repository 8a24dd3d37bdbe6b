//! What a child prints.

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    sync::mpsc,
};

/// A longer line comes in pieces: one that never ends must not fill the memory.
const MAX_LINE: u64 = 16 * 1024;
/// Lines that may wait to be looked at.
const LINES: usize = 64;

/// The lines of both outputs as they come, until both are closed.
pub fn lines(
    stdout: impl AsyncRead + Unpin + Send + 'static,
    stderr: impl AsyncRead + Unpin + Send + 'static,
) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(LINES);
    tokio::spawn(pass_on(stdout, sender.clone()));
    tokio::spawn(pass_on(stderr, sender));
    lines
}

async fn pass_on(output: impl AsyncRead + Unpin, lines: mpsc::Sender<String>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        match (&mut output).take(MAX_LINE).read_until(b'\n', &mut line).await {
            Ok(1..) => {}
            Ok(0) => return,
            Err(error) => return tracing::debug!(%error, "a child's output cannot be read"),
        }
        if lines.send(String::from_utf8_lossy(&line).trim_end().to_owned()).await.is_err() {
            return;
        }
    }
}

/// What an output says until it is closed; beyond `most` bytes one more is kept, and the rest is read past.
///
/// # Errors
/// It cannot be read.
pub async fn at_most(output: impl AsyncRead + Unpin, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut output = output.take(most as u64 + 1);
    output.read_to_end(&mut bytes).await?;
    // Who writes into a pipe that nobody reads waits for ever.
    tokio::io::copy(&mut output.into_inner(), &mut tokio::io::sink()).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_come_from_both_outputs_and_an_endless_one_comes_in_pieces() {
        let long = std::io::Cursor::new(vec![b'x'; MAX_LINE as usize + 3]);
        let mut lines = lines(&b"one\ntwo"[..], long);
        let mut seen = Vec::new();
        while let Some(line) = lines.recv().await {
            seen.push(line.len());
        }
        seen.sort_unstable();
        assert_eq!(seen, [3, 3, 3, MAX_LINE as usize]);
    }

    #[tokio::test]
    async fn no_more_is_read_than_is_wanted() {
        assert_eq!(at_most(&b"abcdef"[..], 3).await.unwrap(), b"abcd");
        assert_eq!(at_most(&b"ab"[..], 3).await.unwrap(), b"ab");
    }
}
