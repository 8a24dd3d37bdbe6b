//! Connections that break off: the host has the old state, and in the end exactly one new revision.

use crate::harness::{NO_BROWSER, Party, maribro};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// Bytes of the game that is sent: more than the buffers on the way hold.
const GAME_BYTES: usize = 8 << 20;

/// What the system holds for the proxy.
const BUFFER_BYTES: u32 = 64 << 10;

/// What a proxy does to an upload.
#[derive(Clone, Copy)]
enum Cut {
    /// Ends the connection when half of it has passed.
    HalfWay,
    /// Lets all of it pass, and ends the connection in the place of the answer.
    BeforeTheAnswer,
}

/// A way to the host on which the first `cuts` uploads are cut. Counts the uploads that were cut.
async fn proxy(host: SocketAddr, cut: Cut, cuts: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let socket = TcpSocket::new_v4().unwrap();
    // Else the system holds most of a game between the two, and the sender believes it gone.
    socket.set_recv_buffer_size(BUFFER_BYTES).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(16).unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut host = TcpStream::connect(host).await.unwrap();
                pass(client, &mut host, cut, cuts, &counted).await.ok();
            });
        }
    });
    (address, count)
}

async fn pass(
    mut client: TcpStream,
    host: &mut TcpStream,
    cut: Cut,
    cuts: usize,
    count: &AtomicUsize,
) -> std::io::Result<()> {
    // Questions are small; whatever is larger is the upload. One connection serves several requests.
    let (mut passed, mut there, mut back) = (0, vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        tokio::select! {
            read = client.read(&mut there) => match read? {
                0 => break,
                bytes => {
                    host.write_all(&there[..bytes]).await?;
                    passed += bytes;
                }
            },
            // "100 Continue" passes; what comes after the whole game is its answer.
            read = host.read(&mut back) => match read? {
                0 => break,
                _ if passed > GAME_BYTES && matches!(cut, Cut::BeforeTheAnswer) && took(count, cuts) => break,
                bytes => client.write_all(&back[..bytes]).await?,
            },
        }
        if passed > GAME_BYTES / 2 && matches!(cut, Cut::HalfWay) && took(count, cuts) {
            break;
        }
    }
    Ok(())
}

/// Takes one of the cuts that are left.
fn took(count: &AtomicUsize, cuts: usize) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |done| (done < cuts).then_some(done + 1)).is_ok()
}

fn large_game(note: &str) -> String {
    let text = include_str!("../valid/minified.html");
    let filler = "x".repeat(GAME_BYTES - text.len());
    text.replace("</body>", &format!("<!-- {note} {filler} --></body>"))
}

async fn sends_once(cut: Cut, cuts: usize, tries: u64) {
    let party = Party::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large-game.html");
    let words = ["send", "large-game.html", "--allow-no-runtime", "--json", "--avatar", "fox-orange", "--host"];
    std::fs::write(&file, large_game("old")).unwrap();
    let said = maribro(folder.path(), &[&words[..], &[&party.url()]].concat(), &[NO_BROWSER]).await;
    assert_eq!(said.json()["revision"], 1, "{}", said.err);

    std::fs::write(&file, large_game("new")).unwrap();
    let (address, count) = proxy(party.address, cut, cuts).await;
    let through = format!("http://{address}");
    let said = maribro(folder.path(), &[&words[..], &[&through]].concat(), &[NO_BROWSER]).await;
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(count.load(Ordering::SeqCst), cuts);
    assert_eq!((&said.json()["revision"], &said.json()["tries"]), (&2.into(), &tries.into()));
    assert_eq!(party.revision("large-game").await, 2);
    let stored = std::fs::read_to_string(party.folder.path().join("games/large-game.html")).unwrap();
    assert!(stored.contains("<!-- new "));
}

#[tokio::test]
async fn an_upload_that_breaks_off_half_way_twice_is_sent_again_and_makes_one_revision() {
    sends_once(Cut::HalfWay, 2, 3).await;
}

#[tokio::test]
async fn an_upload_whose_answer_is_lost_is_not_sent_a_second_time() {
    sends_once(Cut::BeforeTheAnswer, 1, 1).await;
}

#[tokio::test]
async fn while_every_upload_breaks_off_the_host_keeps_what_it_had() {
    let party = Party::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("large-game.html"), large_game("old")).unwrap();
    let words = ["send", "large-game.html", "--allow-no-runtime", "--avatar", "fox-orange", "--host"];
    assert_eq!(maribro(folder.path(), &[&words[..], &[&party.url()]].concat(), &[NO_BROWSER]).await.code, Some(0));
    std::fs::write(folder.path().join("large-game.html"), large_game("new")).unwrap();
    let (address, count) = proxy(party.address, Cut::HalfWay, usize::MAX).await;
    let said = maribro(folder.path(), &[&words[..], &[&format!("http://{address}")]].concat(), &[NO_BROWSER]).await;
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.err.contains("cannot be reached") && said.err.contains("tries"), "{}", said.err);
    assert!(count.load(Ordering::SeqCst) > 1);
    assert_eq!(party.revision("large-game").await, 1);
    let stored = std::fs::read_to_string(party.folder.path().join("games/large-game.html")).unwrap();
    assert!(stored.contains("<!-- old "));
}
