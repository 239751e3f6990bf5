use nen_runs::webhooks::SenderConfig;

use crate::{owner::Owner, receiver::Receiver};

/// What a sender with the usual settings says about a URL, with a receiver that must hear nothing of it.
async fn refusal(url: impl Fn(&str) -> String) -> String {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let port = receiver.address.rsplit_once(':').unwrap().1;
    let run = owner.begin(&url(port)).await;
    let sender = owner.sender_on(owner.store.clone(), &SenderConfig::default());
    let (_, attempts) = owner.tried(&run).await;
    sender.stop().await;
    assert_eq!(receiver.rest().len(), 0, "nothing was sent");
    assert_eq!((attempts.len(), attempts[0].status_code), (1, None));
    attempts[0].error.clone().unwrap()
}

#[tokio::test]
async fn an_address_of_the_own_network_gets_nothing() {
    for host in ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let error = refusal(|port| format!("http://{host}:{port}/hook")).await;
        assert!(error.contains("is the loopback address"), "{error}");
    }
}

#[tokio::test]
async fn a_name_of_the_own_machine_gets_nothing() {
    for name in ["localhost", "nen.localhost."] {
        let error = refusal(|port| format!("http://{name}:{port}/hook")).await;
        assert!(error.contains("is the server's own machine"), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_url_ends_in_an_attempt_that_says_so() {
    let error = refusal(|_| "example.com/hook".to_owned()).await;
    assert!(error.contains("cannot be read"), "{error}");
}
