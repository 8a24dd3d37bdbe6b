//! Whatever a stranger sends to the port, it gets its answer.

use crate::harness::{BOUNDARY, Form, GAME, PATIENCE, TestHost, wait_for};
use maribro_contract::checks::MAX_GAME_BYTES;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
};

/// A limit that is short enough to wait for. Only for what is meant to reach it.
const SHORT: Duration = Duration::from_millis(400);
/// A limit that a busy client keeps to on a slow machine as well.
const KEPT: Duration = Duration::from_secs(3);
/// A limit that nothing in a test reaches.
const LONG: Duration = Duration::from_secs(120);

pub const GET_SESSION: &str = "GET /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n";

pub type Stream = BufReader<TcpStream>;

pub async fn connect(address: SocketAddr) -> Stream {
    BufReader::new(TcpStream::connect(address).await.unwrap())
}

pub async fn connect_and_send(address: SocketAddr, bytes: &str) -> Stream {
    let mut stream = connect(address).await;
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// Everything until the host closes, which it must.
pub async fn rest(stream: &mut Stream) -> String {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.expect("the host closes") {
        answer.extend_from_slice(&buffer[..n]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The next answer, which must have a Content-Length. `None` when the connection ends instead.
pub async fn answer(stream: &mut Stream) -> Option<String> {
    let reading = async {
        let mut text = String::new();
        while !text.ends_with("\r\n\r\n") {
            if !matches!(stream.read_line(&mut text).await, Ok(1..)) {
                return None;
            }
        }
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).await.ok()?;
        Some(text + &String::from_utf8(body).unwrap())
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("an answer comes")
}

fn statuses(answers: &str) -> Vec<&str> {
    answers.match_indices("HTTP/1.1 ").map(|(at, found)| &answers[at + found.len()..][..3]).collect()
}

fn large_game() -> String {
    let filler = MAX_GAME_BYTES - GAME.len();
    GAME.replace("</body>", &format!("{}</body>", " ".repeat(filler)))
}

#[tokio::test]
async fn slow_headers_are_answered_and_ended() {
    let host = TestHost::start_with(|config| config.limits.head = SHORT).await;
    let began = Instant::now();
    let mut slow = connect(host.address).await;
    let request = format!("GET /api/session HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(10_000));
    for byte in request.bytes() {
        // A write after the end fails: that is what is waited for.
        if slow.write_all(&[byte]).await.is_err() || began.elapsed() > PATIENCE {
            break;
        }
        let mut peeked = [0];
        let heard = tokio::time::timeout(Duration::from_millis(10), slow.get_ref().peek(&mut peeked)).await;
        if heard.is_ok() {
            break;
        }
    }
    assert!(began.elapsed() >= SHORT, "cut off after {:?}", began.elapsed());
    assert!(began.elapsed() < PATIENCE, "still there after {:?}", began.elapsed());
    assert!(rest(&mut slow).await.starts_with("HTTP/1.1 408 "), "no answer");
    // Who says nothing at all has asked for nothing.
    assert_eq!(rest(&mut connect(host.address).await).await, "");
}

#[tokio::test]
async fn an_idle_connection_ends_and_a_busy_one_does_not() {
    let host = TestHost::start_with(|config| (config.limits.idle, config.limits.head) = (KEPT, LONG)).await;
    let mut stream = connect(host.address).await;
    let began = Instant::now();
    let mut last = began;
    while last - began <= KEPT + KEPT / 3 {
        last = Instant::now();
        stream.write_all(GET_SESSION.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.unwrap().starts_with("HTTP/1.1 200 "));
        tokio::time::sleep(KEPT / 60).await;
    }
    assert_eq!(rest(&mut stream).await, "");
    assert!(last.elapsed() >= KEPT, "ended after {:?}", last.elapsed());
}

#[tokio::test]
async fn slow_bodies_are_told_so() {
    let with = async |silence, pace_grace| {
        TestHost::start_with(|config| (config.limits.silence, config.limits.pace_grace) = (silence, pace_grace)).await
    };
    let host = with(SHORT, LONG).await;
    let head = format!(
        "POST /api/games/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n"
    );
    let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.html\"\r\n\r\n");
    let mut silent = connect_and_send(host.address, &format!("{head}{part}")).await;
    let silent = rest(&mut silent).await;
    assert!(silent.starts_with("HTTP/1.1 400 ") && silent.contains("stopped half-way"), "{silent}");
    let host = with(LONG, SHORT).await;
    let mut dripping = connect_and_send(host.address, &format!("{head}{part}")).await;
    let mut drops = 0;
    while dripping.write_all(b"x").await.is_ok() && drops < 1_000 {
        drops += 1;
        let mut peeked = [0];
        if tokio::time::timeout(SHORT / 20, dripping.get_ref().peek(&mut peeked)).await.is_ok() {
            break;
        }
    }
    let dripping = rest(&mut dripping).await;
    assert!(dripping.starts_with("HTTP/1.1 400 ") && dripping.contains("too slow"), "{drops}: {dripping}");
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_ended_and_a_slow_one_gets_all() {
    const STALL: Duration = Duration::from_secs(5);
    /// The slow one takes longer for the whole than it may pause, and its system takes little ahead of it.
    const TAKES: Duration = Duration::from_secs(6);
    let host = TestHost::start_with(|config| config.limits.write_stall = STALL).await;
    std::fs::write(host.games().join("a.html"), large_game()).unwrap();
    let request = "GET /games/a.html HTTP/1.1\r\nHost: party.example\r\nConnection: close\r\n\r\n";
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(128 * 1024).unwrap();
    let began = Instant::now();
    let mut slow = socket.connect(host.address).await.unwrap();
    slow.write_all(request.as_bytes()).await.unwrap();
    let deaf = connect_and_send(host.address, request).await;
    let (mut total, mut buffer) = (0, vec![0; 512 * 1024]);
    while let n @ 1.. = slow.read(&mut buffer).await.unwrap() {
        total += n;
        let due = TAKES.mul_f64(total as f64 / MAX_GAME_BYTES as f64);
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
    }
    assert!(total > MAX_GAME_BYTES, "{total} bytes");
    assert!(began.elapsed() > STALL, "not slow: {:?}", began.elapsed());
    // What asks is a connection, too.
    wait_for(|| async { host.get("/api/health").await.json["connections"] == 1 }).await;
    drop(deaf);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order_and_a_pipeliner_that_never_reads_is_ended() {
    let host = TestHost::start_with(|config| config.limits.write_stall = SHORT).await;
    let requests: String =
        (0..100).map(|n| format!("GET /api/games/g{n} HTTP/1.1\r\nHost: localhost\r\n\r\n")).collect();
    let mut stream = connect_and_send(host.address, &requests).await;
    for n in 0..100 {
        let answer = answer(&mut stream).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains(&format!("\\\"g{n}\\\"")), "{n}: {answer}");
    }
    drop(stream);
    let mut deaf = connect(host.address).await;
    let requests = GET_SESSION.repeat(1_000);
    let sending = async { while deaf.write_all(requests.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(3 * PATIENCE, sending).await.expect("the host gives up");
}

#[tokio::test]
async fn no_shape_of_request_smuggles_a_second_one() {
    let host = TestHost::start().await;
    const SECOND: &str = "GET /api/avatars HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let both = host.raw(format!("{GET_SESSION}{SECOND}").as_bytes()).await;
    assert_eq!((statuses(&both), both.contains("\"avatars\":")), (vec!["200", "200"], true), "an honest pair");
    // Headers, the body, and the status of the one answer.
    let cases = [
        ("both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\n", "200"),
        ("both lengths the other way", "Transfer-Encoding: chunked\r\nContent-Length: 6", "0\r\n\r\n", "200"),
        ("a length that covers the second", "Transfer-Encoding: chunked\r\nContent-Length: 999", "0\r\n\r\n", "200"),
        ("two lengths", "Content-Length: 0\r\nContent-Length: 51", "", "400"),
        ("a list of lengths", "Content-Length: 0, 51", "", "400"),
        ("a signed length", "Content-Length: +0", "", "400"),
        ("a negative length", "Content-Length: -1", "", "400"),
        ("a length in hex", "Content-Length: 0x0", "", "400"),
        ("a length over 64 bits", "Content-Length: 18446744073709551616", "", "400"),
        ("an unknown coding", "Transfer-Encoding: xchunked", "0\r\n\r\n", "400"),
        ("a coding after chunked", "Transfer-Encoding: chunked, identity", "0\r\n\r\n", "400"),
        ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n", "400"),
        ("a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n", "400"),
        ("a folded line", "X: a\r\n Transfer-Encoding: chunked", "0\r\n\r\n", "400"),
        ("a lone carriage return", "X: a\rTransfer-Encoding: chunked", "0\r\n\r\n", "400"),
        ("a zero byte", "X: a\0b", "", "400"),
        ("a second host", "Host: evil.example", "", "400"),
    ];
    for (what, headers, body, status) in cases {
        let request = format!("GET /api/session HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n{body}{SECOND}");
        let answers = host.raw(request.as_bytes()).await;
        assert_eq!(statuses(&answers), [status], "{what}: {answers}");
        assert!(!answers.contains("\"avatars\":"), "{what}");
    }
    for (what, head, status) in [
        ("no host", "GET /api/session HTTP/1.1\r\n\r\n", "400"),
        ("another host in the line", "GET http://evil.example/api/session HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
        ("HTTP/1.0 with a coding", "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("a tunnel", "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\nConnection: close\r\n\r\n", "404"),
        ("an echo", "TRACE /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405"),
        ("everything", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "404"),
        ("a body on a read", "GET /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\nx", "200"),
    ] {
        let answers = host.raw(head.as_bytes()).await;
        assert_eq!(statuses(&answers), [status], "{what}: {answers}");
    }
}

#[tokio::test]
async fn chunks_that_lie_are_refused() {
    let host = TestHost::start().await;
    let endless = format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(40_000));
    for (what, body) in [
        ("no number", "zz\r\nhello\r\n0\r\n\r\n"),
        ("a number over 64 bits", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        ("a negative number", "-5\r\nhello\r\n0\r\n\r\n"),
        ("no end of line", "5hello0\r\n\r\n"),
        ("more than it says", "2\r\nhello\r\n0\r\n\r\n"),
        ("an endless extension", &endless),
        ("no last chunk", "2\r\n{}\r\n"),
    ] {
        let request = format!(
            "POST /api/session/players HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{body}{GET_SESSION}"
        );
        let answers = host.raw_cut_short(request.as_bytes()).await;
        assert_eq!(statuses(&answers), ["400"], "{what}: {answers}");
        assert!(answers.contains("bad_body"), "{what}: {answers}");
    }
}

#[tokio::test]
async fn no_trick_of_a_path_finds_anything() {
    let host = TestHost::start().await;
    std::fs::write(host.folder.path().join("secret.html"), "secret").unwrap();
    let long = format!("/games/{}.html", "a".repeat(5_000));
    let deep = format!("/public/{}x", "../".repeat(1_000));
    let too_long = format!("/games/{}", "a".repeat(17_000));
    for (path, status) in [
        ("/games/../secret.html", "404"),
        ("/games/%2e%2e/secret.html", "404"),
        ("/games/%2E%2E%2Fsecret.html", "404"),
        ("/games/..%5csecret.html", "404"),
        ("/games/%252e%252e%252fsecret.html", "404"),
        ("/games/..%c0%afsecret.html", "404"),
        ("/games/%u002e%u002e/secret.html", "404"),
        ("/games/....//secret.html", "404"),
        ("/games/..;/secret.html", "404"),
        ("/games//secret.html", "404"),
        ("/games/./secret.html", "404"),
        ("/games/secret.html%00.html", "404"),
        ("/games/%00", "404"),
        ("/games/%", "404"),
        ("/games/%zz.html", "404"),
        ("/games/con.html", "404"),
        ("/games/a.html::$DATA", "404"),
        ("/games/../../../../../../etc/passwd", "404"),
        ("//games/secret.html", "404"),
        ("//etc/passwd", "404"),
        ("/api//session", "404"),
        ("/api/./session", "404"),
        ("/api/session/", "404"),
        ("/api/session%00", "404"),
        ("/%61pi/session", "404"),
        ("/api/games/%2e%2e", "404"),
        ("/api/games/..%2f..%2fsecret", "404"),
        ("/api/session/../health", "404"),
        ("file:///etc/passwd", "400"),
        ("secret.html", "400"),
        ("/\\..\\secret.html", "404"),
        (&long, "404"),
        (&deep, "404"),
        (&too_long, "413"),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = host.raw(request.as_bytes()).await;
        assert_eq!(statuses(&answer), [status], "{path:.80}: {answer:.300}");
        assert!(!answer.contains("secret\r") && !answer.ends_with("secret"), "{path:.80}: {answer:.300}");
    }
}

#[tokio::test]
async fn ranges_never_bring_more_than_the_file() {
    let host = TestHost::start().await;
    let text = "0123456789".repeat(1_000);
    std::fs::write(host.games().join("a.html"), &text).unwrap();
    let many = format!("bytes={}", vec!["0-"; 4_000].join(","));
    let scattered: Vec<String> = (0..1_500).map(|n| format!("{}-{}", 2 * n, 2 * n)).collect();
    let scattered = format!("bytes={}", scattered.join(","));
    for (range, status, bytes) in [
        (many.as_str(), 200, text.len()),
        (&scattered, 200, text.len()),
        ("bytes=0-1,0-1", 200, text.len()),
        ("bytes=0-18446744073709551615", 206, text.len()),
        ("bytes=0-99999999999999999999", 200, text.len()),
        ("bytes=18446744073709551615-", 416, 0),
        ("bytes=-18446744073709551615", 416, 0),
        ("bytes=-0", 200, text.len()),
        ("bytes=9999-0", 416, 0),
        ("bytes=--1", 200, text.len()),
        ("bytes=", 200, text.len()),
        ("BYTES=0-0", 200, text.len()),
    ] {
        let reply = host.send("GET", "/games/a.html", &[("range", range)], "").await;
        assert_eq!((reply.status.as_u16(), reply.body.len()), (status, bytes), "{range:.60}");
    }
}

#[tokio::test]
async fn compressed_bodies_are_not_taken() {
    let host = TestHost::start().await;
    // 10 MB of nothing, were anybody to look inside.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..10 {
        std::io::Write::write_all(&mut bomb, &vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    for path in ["/api/games", "/api/games/check", "/api/session/players"] {
        for coding in ["gzip", "deflate", "br", "gzip, gzip", "x-unknown"] {
            let headers = [
                ("content-encoding", coding),
                ("content-type", content_type.as_str()),
                ("x-maribro-token", "maribro-upload"),
            ];
            let reply = host.send("POST", path, &headers, bomb.clone()).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (415, "unsupported_media_type"), "{path} {coding}");
        }
    }
}

#[tokio::test]
async fn a_form_whose_headers_do_not_end_is_cut_off_early() {
    let host = TestHost::start().await;
    let head = format!(
        "POST /api/games/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {MAX_GAME_BYTES}\r\nConnection: close\r\n\r\n"
    );
    let first = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--{BOUNDARY}\r\n");
    for (what, body) in [
        ("before the first part", "x".repeat(30_000)),
        ("in the first part", format!("--{BOUNDARY}\r\nX: {}", "x".repeat(30_000))),
        ("in a later part", format!("{first}X: {}", "x".repeat(30_000))),
        ("after the boundary", format!("--{BOUNDARY}{}", " ".repeat(30_000))),
    ] {
        let answer = host.raw_cut_short(format!("{head}{body}").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("headers of a part"), "{what}: {answer}");
    }
    // A long preamble and a large file behind its headers are no fault.
    let mut body = "An upload.\r\n".repeat(100).into_bytes();
    body.extend(
        Form::game("a.html", "cat-pink", GAME.replace("</body>", &format!("{}</body>", "x".repeat(500_000)))).body(),
    );
    let headers = [
        ("content-type", format!("multipart/form-data; boundary={BOUNDARY}")),
        ("x-maribro-token", "maribro-upload".to_owned()),
    ];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = host.send("POST", "/api/games", &headers, body).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
}

#[tokio::test]
async fn one_address_has_so_many_requests_answered_at_once_and_others_do_not_wait() {
    const AT_ONCE: usize = 64;
    let host = TestHost::start().await;
    std::fs::write(host.games().join("a.html"), large_game()).unwrap();
    let mut greedy = Vec::new();
    for _ in 0..AT_ONCE {
        let socket = TcpSocket::new_v4().unwrap();
        // Nothing of it is read; the less the system takes for it, the better.
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(host.address).await.unwrap();
        let request = "GET /games/a.html HTTP/1.1\r\nHost: party.example\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        greedy.push(stream);
    }
    let get = async |from: &str| host.send("GET", "/api/session", &[("x-forwarded-for", from)], "").await;
    wait_for(|| async { get("203.0.113.1").await.status == 429 }).await;
    let refused = get("203.0.113.1").await;
    assert_eq!((refused.code(), refused.header("retry-after")), ("rate_limited", "1"));
    assert_eq!(get("203.0.113.2").await.status, 200);
    assert_eq!(host.get("/api/session").await.status, 200);
    drop(greedy);
    wait_for(|| async { get("203.0.113.1").await.status == 200 }).await;
}
