//! Bad input gets a clear refusal with the right code, and nothing is lost.

use crate::harness::{BOUNDARY, Form, GAME, TestHost};
use maribro_contract::checks::MAX_GAME_BYTES;
use serde_json::json;

/// After whatever was sent: the shelf is as it was and the host answers.
async fn nothing_happened(host: &TestHost) {
    assert_eq!(host.get("/api/games").await.json, json!({ "ok": true, "games": [] }));
    assert_eq!(std::fs::read_dir(host.games()).unwrap().count(), 0, "no litter");
    let session = host.get("/api/session").await.json["session"].clone();
    assert_eq!((&session["history"], &session["playersBySlot"][0]["avatarId"]), (&json!([]), &json!("")));
}

#[tokio::test]
async fn uploads_that_are_refused() {
    let host = TestHost::start().await;
    let good = || Form::game("a.html", "cat-pink", GAME);
    let named = |name: &str| Form::game("a.html", "cat-pink", GAME).text("filename", name);
    let cases: Vec<(&str, Form, u16, &str)> = vec![
        ("unknown avatar", Form::game("a.html", "nobody", GAME), 400, "unknown_avatar"),
        ("empty avatar", Form::game("a.html", "", GAME), 400, "unknown_avatar"),
        ("no avatar", Form::default().file("a.html", GAME), 400, "bad_body"),
        ("no file", Form::default().text("creator_avatar_id", "cat-pink"), 400, "bad_body"),
        ("two files", good().file("b.html", GAME), 400, "bad_body"),
        ("two avatars", good().text("creator_avatar_id", "fox-orange"), 400, "bad_body"),
        ("a file name with dots", named("../../etc/passwd.html"), 400, "bad_filename"),
        ("a file name with backslashes", named("..\\a.html"), 400, "bad_filename"),
        ("an absolute file name", named("/a.html"), 400, "bad_filename"),
        ("a hidden file name", named("_template.html"), 400, "bad_filename"),
        ("another extension", named("a.php"), 400, "bad_filename"),
        ("capital letters", named("A.html"), 400, "bad_filename"),
        ("a file name of 300 characters", named(&format!("{}.html", "a".repeat(300))), 400, "bad_filename"),
        ("a zero byte in the name", named("a\0.html"), 400, "bad_filename"),
        ("a name of which nothing is left", Form::game("???.html", "cat-pink", GAME), 400, "bad_filename"),
        ("an empty file", Form::game("a.html", "cat-pink", ""), 422, "rejected"),
        (
            "binary junk",
            Form::game("a.html", "cat-pink", (0..=255u8).cycle().take(5000).collect::<Vec<_>>()),
            422,
            "rejected",
        ),
        ("text", Form::game("a.html", "cat-pink", "hello"), 422, "rejected"),
        (
            "an external script",
            Form::game(
                "a.html",
                "cat-pink",
                GAME.replace("<canvas>", "<script src=\"https://cdn.example/x.js\"></script><canvas>"),
            ),
            422,
            "external_resource",
        ),
        ("20 MB and one byte", Form::game("a.html", "cat-pink", vec![b' '; MAX_GAME_BYTES + 1]), 413, "too_large"),
        ("a text field of 2 KB", good().text("note", &"x".repeat(2048)), 413, "too_large"),
        (
            "a form of 10,000 parts",
            (0..10_000).fold(Form::default(), |form, n| form.text(&format!("p{n}"), "x")),
            400,
            "bad_body",
        ),
    ];
    for (what, form, status, code) in cases {
        let reply = host.upload(&form).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (status, code), "{what}: {}", reply.json);
        if status == 422 {
            assert!(!reply.json["error"]["details"].as_array().unwrap().is_empty(), "{what}: no details");
        }
    }
    nothing_happened(&host).await;
}

#[tokio::test]
async fn exactly_20_mb_is_fine() {
    let host = TestHost::start().await;
    let filler = MAX_GAME_BYTES - GAME.len();
    let game = GAME.replace("</body>", &format!("{}</body>", " ".repeat(filler)));
    assert_eq!(game.len(), MAX_GAME_BYTES);
    let reply = host.upload(&Form::game("a.html", "cat-pink", game)).await;
    // The creator's tag comes on top of the limit for uploads; the shelf must list it all the same.
    assert_eq!(reply.status, 200, "{}", reply.json);
}

#[tokio::test]
async fn invalid_utf8_is_a_warning_and_the_bytes_are_kept() {
    let host = TestHost::start().await;
    let mut game = GAME.replace("Somebody", "S").into_bytes();
    let at = game.windows(6).position(|w| w == b"</body").unwrap();
    game.splice(at..at, b"<!-- \xff\xfe -->".iter().copied());
    assert_eq!(host.upload(&Form::game("a.html", "cat-pink", game)).await.status, 200);
    let served = host.get("/games/a.html").await.body;
    assert!(served.windows(2).any(|pair| pair == b"\xff\xfe"));
}

#[tokio::test]
async fn tokens_that_are_missing_or_wrong() {
    let host = TestHost::start().await;
    let form = Form::game("a.html", "cat-pink", GAME);
    for headers in [&[][..], &[("x-maribro-token", "wrong")], &[("x-maribro-token", "")]] {
        let reply = host.send_form("/api/games", &form, headers).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, "invalid_upload_token"), "{headers:?}");
    }
    let field = host.send_form("/api/games", &form.clone().text("upload_token", "wrong"), &[]).await;
    assert_eq!(field.code(), "invalid_upload_token");
    nothing_happened(&host).await;
}

#[tokio::test]
async fn guessing_tokens_is_stopped() {
    let host = TestHost::start().await;
    let form = Form::game("a.html", "cat-pink", GAME);
    for _ in 0..10 {
        assert_eq!(
            host.send_form("/api/games", &form, &[("x-maribro-token", "guess")]).await.code(),
            "invalid_upload_token"
        );
    }
    let reply = host.send_form("/api/games", &form, &[("x-maribro-token", "maribro-upload")]).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, "rate_limited"));
    assert!(reply.header("retry-after").parse::<u64>().unwrap() <= 61);
}

#[tokio::test]
async fn bodies_that_are_no_form() {
    let host = TestHost::start().await;
    let token = ("x-maribro-token", "maribro-upload");
    let not_form = [("content-type", "application/json"), token];
    let reply = host.send("POST", "/api/games", &not_form, "{}").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (415, "unsupported_media_type"));
    assert_eq!(host.send("POST", "/api/games", &[token], "x").await.code(), "unsupported_media_type");
    let no_boundary = [("content-type", "multipart/form-data"), token];
    assert_eq!(host.send("POST", "/api/games", &no_boundary, "x").await.code(), "unsupported_media_type");
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    for body in ["", "junk", "--a-boundary-that-no-game-contains\r\n"] {
        let reply = host.send("POST", "/api/games", &[("content-type", &content_type), token], body).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, "bad_body"), "{body:?}");
    }
    nothing_happened(&host).await;
}

#[tokio::test]
async fn a_body_that_stops_half_way_stores_nothing() {
    let host = TestHost::start().await;
    let body = Form::game("a.html", "cat-pink", GAME).body();
    let head = format!(
        "POST /api/games HTTP/1.1\r\nHost: localhost\r\nX-Maribro-Token: maribro-upload\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    // The end of the connection comes only after the host has dealt with the half upload.
    host.raw_cut_short(&[head.as_bytes(), &body[..body.len() / 2]].concat()).await;
    nothing_happened(&host).await;
}

#[tokio::test]
async fn json_that_is_refused() {
    let host = TestHost::start().await;
    let seat = |slot: i64| json!({ "slot": slot, "avatarId": "", "gamepadIndex": -1 });
    let taken = |slot: i64, avatar: &str, pad: i64| json!({ "slot": slot, "avatarId": avatar, "gamepadIndex": pad });
    let seats = |list: Vec<serde_json::Value>| json!({ "playersBySlot": list }).to_string();
    let record = |scores: &str| format!("{{\"gameId\":\"a\",\"scoresBySlot\":{scores}}}");
    let cases: Vec<(&str, String, u16, &str)> = vec![
        ("players", String::new(), 400, "bad_body"),
        ("players", "{".into(), 400, "bad_body"),
        ("players", "[]".into(), 400, "bad_body"),
        ("players", "{}".into(), 400, "bad_body"),
        ("players", "{\"playersBySlot\":7}".into(), 400, "bad_body"),
        ("players", seats(vec![]), 400, "bad_body"),
        ("players", seats((0..5).map(seat).collect()), 400, "bad_body"),
        ("players", seats(vec![seat(0), seat(1), seat(2), seat(2)]), 400, "bad_body"),
        ("players", seats(vec![seat(0), seat(1), seat(2), seat(4)]), 400, "bad_body"),
        ("players", seats(vec![seat(0), seat(1), seat(2), seat(-1)]), 400, "bad_body"),
        (
            "players",
            seats(vec![taken(0, "cat-pink", 0), taken(1, "cat-pink", 1), seat(2), seat(3)]),
            409,
            "avatar_taken",
        ),
        (
            "players",
            seats(vec![taken(0, "cat-pink", 0), taken(1, "yeti-white", 0), seat(2), seat(3)]),
            409,
            "pad_taken",
        ),
        ("players", seats(vec![taken(0, "nobody", 0), seat(1), seat(2), seat(3)]), 400, "unknown_avatar"),
        ("players", seats(vec![taken(0, "cat-pink", 4_000_000_000), seat(1), seat(2), seat(3)]), 400, "bad_body"),
        ("players", seats(vec![taken(0, "cat-pink", 400), seat(1), seat(2), seat(3)]), 400, "bad_body"),
        ("record_game", record("[1,2,3]"), 400, "bad_body"),
        ("record_game", record("[1,2,3,4,5]"), 400, "bad_body"),
        ("record_game", record("\"all\""), 400, "bad_body"),
        ("record_game", record("[NaN,0,0,0]"), 400, "bad_body"),
        ("record_game", record("[1,2,3,4]"), 404, "unknown_game"),
        (
            "record_game",
            "{\"gameId\":\"a\",\"scoresBySlot\":[0,0,0,0],\"ratingsBySlot\":[2,0,0,0]}".into(),
            400,
            "bad_body",
        ),
        (
            "record_game",
            "{\"gameId\":\"a\",\"scoresBySlot\":[0,0,0,0],\"ratingsBySlot\":[0,0,0]}".into(),
            400,
            "bad_body",
        ),
        ("record_game", format!("{{\"gameId\":\"{}\"}}", "x".repeat(70_000)), 413, "too_large"),
    ];
    for (endpoint, body, status, code) in cases {
        let reply = host.send("POST", &format!("/api/session/{endpoint}"), &[], body.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (status, code), "{endpoint} {:.200}", body);
    }
    nothing_happened(&host).await;
}

#[tokio::test]
async fn scores_of_every_kind_become_points_in_range() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "cat-pink", GAME)).await;
    let body = r#"{"gameId":"a","scoresBySlot":[null,"9",-5,1e300]}"#;
    let reply = host.send("POST", "/api/session/record_game", &[], body).await;
    assert_eq!(reply.json["session"]["history"][0]["scoresBySlot"], json!([0, 0, 0, 10]));
}

#[tokio::test]
async fn an_oversized_header_is_refused_in_the_envelope() {
    let host = TestHost::start().await;
    let reply = host.send("GET", "/api/games", &[("x-large", &"x".repeat(20_000))], "").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (413, "too_large"));
    let answer = host
        .raw(
            format!("GET /api/games HTTP/1.1\r\nHost: localhost\r\nX-Large: {}\r\n\r\n", "x".repeat(300_000))
                .as_bytes(),
        )
        .await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer:.100}");
    nothing_happened(&host).await;
}

#[tokio::test]
async fn what_is_no_http_at_all_harms_nothing() {
    let host = TestHost::start().await;
    for junk in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"GET\r\n\r\n", b"\0\0\0\0", b"GET / HTTP/9.9\r\n\r\n"] {
        host.raw(junk).await;
    }
    nothing_happened(&host).await;
}

#[tokio::test]
async fn an_endless_form_is_cut_off_at_the_limit() {
    let host = TestHost::start().await;
    let head = format!(
        "POST /api/games/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let mut request = head.into_bytes();
    let start = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.html\"\r\n\r\n");
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    request.extend(chunk(start.as_bytes()));
    for _ in 0..22 {
        request.extend(chunk(&vec![b'x'; 1024 * 1024]));
    }
    request.extend(b"0\r\n\r\n");
    let answer = host.raw(&request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("too_large"), "{answer:.300}");
}

#[tokio::test]
async fn slow_forms_of_strangers_keep_nobody_with_a_token_out() {
    let host = TestHost::start().await;
    let mut strangers = Vec::new();
    // Checks, and uploads that promise a token for later.
    for (n, path) in (0..8).flat_map(|n| [(n, "/api/games/check"), (n, "/api/games")]) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: party.example\r\nX-Forwarded-For: 203.0.113.{n}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 9999\r\n\r\n--"
        );
        let mut stranger = tokio::net::TcpStream::connect(host.address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stranger, head.as_bytes()).await.unwrap();
        strangers.push(stranger);
    }
    let form = Form::game("a.html", "cat-pink", GAME);
    for path in ["/api/games/check", "/api/games"] {
        crate::harness::wait_for(|| async { host.send_form(path, &form, &[]).await.status == 503 }).await;
    }
    assert_eq!(host.upload(&form).await.status, 200);
}

#[tokio::test]
async fn one_stranger_leaves_places_for_forms_to_the_others() {
    let host = TestHost::start().await;
    let one = [("x-forwarded-for", "203.0.113.1")];
    let head = format!(
        "POST /api/games/check HTTP/1.1\r\nHost: party.example\r\nX-Forwarded-For: 203.0.113.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 9999\r\n\r\n--"
    );
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut stranger = tokio::net::TcpStream::connect(host.address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stranger, head.as_bytes()).await.unwrap();
        slow.push(stranger);
    }
    let form = Form::default().file("a.html", GAME);
    crate::harness::wait_for(|| async {
        let reply = host.send_form("/api/games/check", &form, &one).await;
        reply.status == 429 && reply.code() == "rate_limited" && reply.header("retry-after") == "1"
    })
    .await;
    let another = host.send_form("/api/games/check", &form, &[("x-forwarded-for", "203.0.113.2")]).await;
    assert_eq!(another.status, 200, "{}", another.json);
}
