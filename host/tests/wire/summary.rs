//! The picture of the night: the host keeps what the big screen drew, and phones get it.

use crate::harness::{PNG, TestHost};

const PATH: &str = "/api/session/summary";
const AS_PNG: (&str, &str) = ("content-type", "image/png");

#[tokio::test]
async fn a_picture_of_the_night_is_on_disk_and_every_phone_gets_it() {
    let host = TestHost::start().await;
    let none = host.get("/summaries/latest.png").await;
    assert_eq!((none.status.as_u16(), none.code()), (404, "not_found"));
    let kept = host.send("POST", PATH, &[AS_PNG], PNG).await;
    assert_eq!((kept.status.as_u16(), kept.json["summary"]["path"].as_str()), (200, Some("/summaries/latest.png")));
    let phone = [("x-forwarded-for", "203.0.113.9")];
    let picture = host.send("GET", "/summaries/latest.png", &phone, "").await;
    assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.body, PNG);
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    let code = host.get("/summaries/latest.svg").await;
    assert_eq!((code.status.as_u16(), code.header("content-type")), (200, "image/svg+xml"));

    let folder = host.stop().await;
    let host = TestHost::start_in(folder, |_| {}).await;
    assert_eq!(host.get("/summaries/latest.png").await.body, PNG, "it stays through a restart");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_nothing_is_kept() {
    let host = TestHost::start().await;
    let broken = &PNG[..PNG.len() - 1];
    let large = vec![0; 8 * 1024 * 1024 + 1];
    let tries: [(&str, &[u8], u16, &str); 5] = [
        ("text/html", PNG, 415, "unsupported_media_type"),
        ("image/png", b"<script>alert(1)</script>", 400, "bad_body"),
        ("image/png", broken, 400, "bad_body"),
        ("image/png", b"", 400, "bad_body"),
        ("image/png", &large, 413, "too_large"),
    ];
    for (media_type, body, status, code) in tries {
        let answer = host.send("POST", PATH, &[("content-type", media_type)], body.to_vec()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{media_type}, {} bytes", body.len());
    }
    assert_eq!(host.get("/summaries/latest.png").await.status, 404);
}
