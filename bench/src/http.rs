//! The least HTTP/1.1 client that can measure: keep-alive, one request at a time, answers with a `Content-Length`.
//!
//! Hand-written so that the client costs little beside the server, on a machine where both share the cores.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Room for one read: a list of 300 games comes in one or two.
const READ_BYTES: usize = 128 * 1024;
/// Largest head of an answer that is believed.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The bytes of a `GET` with these further header lines, each without its line end.
pub(crate) fn get(path: &str, headers: &[&str]) -> Vec<u8> {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request.into_bytes()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status code.
    pub(crate) status: u16,
    head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header_in(&self.head, name)
    }
}

/// One keep-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true).context("setting the socket up")?;
        Ok(Self { stream, buffer: Vec::with_capacity(READ_BYTES) })
    }

    /// Sends the parts of a request, one after the other, and reads the whole answer.
    ///
    /// # Errors
    /// The connection breaks or the answer is not understood.
    pub(crate) async fn ask(&mut self, request: &[&[u8]]) -> Result<Answer> {
        let sent = self.send(request).await;
        // A server may refuse before it has read all: its answer says more than the broken pipe.
        let (status, head_end, length) = match (self.read_head().await, sent) {
            (Ok(head), _) => head,
            (Err(_), Err(error)) => return Err(error).context("sending the request"),
            (Err(error), Ok(())) => return Err(error),
        };
        while self.buffer.len() < head_end + length {
            self.read_more().await?;
        }
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let body = self.buffer[head_end..head_end + length].to_vec();
        self.buffer.drain(..head_end + length);
        Ok(Answer { status, head, body })
    }

    /// As [`Self::ask`], but looks at the answer's status and size alone and keeps nothing: for load.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub(crate) async fn ask_for_status(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await.context("sending the request")?;
        let (status, head_end, length) = self.read_head().await?;
        let mut missing = (head_end + length).saturating_sub(self.buffer.len());
        self.buffer.clear();
        while missing > 0 {
            self.read_more().await?;
            missing = missing.saturating_sub(self.buffer.len());
            self.buffer.clear();
        }
        Ok(status)
    }

    async fn send(&mut self, request: &[&[u8]]) -> Result<()> {
        for part in request {
            self.stream.write_all(part).await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> Result<()> {
        self.buffer.reserve(READ_BYTES);
        match self.stream.read_buf(&mut self.buffer).await.context("reading the answer")? {
            0 => bail!("the server closed the connection within an answer"),
            _ => Ok(()),
        }
    }

    /// Status, where the head ends, and how long the body is.
    async fn read_head(&mut self) -> Result<(u16, usize, usize)> {
        let head_end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if self.buffer.len() > MAX_HEAD_BYTES {
                bail!("the head of the answer is over {MAX_HEAD_BYTES} bytes");
            }
            self.read_more().await?;
        };
        let head = std::str::from_utf8(&self.buffer[..head_end]).context("the head of the answer is no text")?;
        let status: u16 = head
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(|digits| digits.parse().ok())
            .context("the answer is no HTTP/1.1")?;
        let length = match header_in(head, "content-length") {
            Some(digits) => digits.parse().context("the answer's length is no number")?,
            None if status == 304 || status == 204 => 0,
            None => bail!("the answer does not say its length"),
        };
        // A 304 may tell the length of what it does not send.
        Ok((status, head_end, if status == 304 { 0 } else { length }))
    }
}

fn header_in<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn answers_in_pieces_are_put_together_and_the_connection_is_kept() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("its address");
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a client");
            let pieces: [&[u8]; 4] =
                [b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r", b"\nETag: \"a\"\r\n\r", b"\nhe", b"llo"];
            let mut request = [0; 1024];
            assert!(socket.read(&mut request).await.expect("a request") > 0);
            for piece in pieces {
                socket.write_all(piece).await.expect("the client reads");
                socket.flush().await.expect("the client reads");
                tokio::task::yield_now().await;
            }
            assert!(socket.read(&mut request).await.expect("a request") > 0);
            let unchanged = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n";
            socket.write_all(unchanged).await.expect("the client reads");
        });
        let mut connection = Connection::open(address).await.expect("it listens");
        let answer = connection.ask(&[&get("/", &[])]).await.expect("an answer");
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
        assert_eq!(answer.header("etag"), Some("\"a\""));
        let status = connection.ask_for_status(&get("/", &["If-None-Match: \"a\""])).await.expect("an answer");
        assert_eq!(status, 304);
        server.await.expect("the server's own checks hold");
    }
}
