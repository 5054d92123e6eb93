//! What becomes of an order of tickets whose helper answers wrongly, or not.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use selfsame_services::actors::Reception;
use selfsame_services::http::{CallError, Client, Server};

use crate::{enrolled, founded};

type Said = VecDeque<Result<&'static [u8], StatusCode>>;

/// What stands in front of the helper: answers of its own, a call each, and then the helper's.
#[derive(Clone)]
struct Between {
    says: Arc<Mutex<Said>>,
    helper: String,
    client: Client,
}

async fn pass(State(between): State<Between>, uri: Uri, body: Bytes) -> Result<Bytes, StatusCode> {
    let own = between.says.lock().unwrap().pop_front();
    match own {
        Some(said) => said.map(Bytes::from_static),
        None => {
            let answer = between.client.post(&format!("{}{}", between.helper, uri.path()), None, body).await;
            answer.map_err(|_| StatusCode::BAD_GATEWAY)
        }
    }
}

/// An order ends where its helper answers what none does that has the keys, or refuses it; it goes
/// on where nobody answers, or somebody in between, and is not ordered twice.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_waits_for_what_may_come_and_for_nothing_else() {
    let (mut town, client) = (founded(), Client::new());
    let server = Server::bind_to("127.0.0.1:0", "test").await.unwrap();
    let (address, helper) = (server.address().unwrap(), town.url("helper").unwrap());
    let config = town.plan.root.join("phone-1/config");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace(&format!("helper = {helper}"), &format!("helper = http://{address}")))
        .unwrap();
    let says = Arc::new(Mutex::new(Said::new()));
    let between = Between { says: Arc::clone(&says), helper, client: client.clone() };
    tokio::spawn(server.serve_only(Router::new().fallback(pass).with_state(between)));
    town.start_all().await.unwrap();
    let user = enrolled(&town, &client).await;
    for list in ["status", "flag"] {
        town.until("desk", &format!("epoch{{list=\"{list}\"}} 1\n")).await.unwrap();
    }
    let reception = Reception::new(&town.plan, &client).unwrap();
    let (_, codes) = reception.next("tickets").await.unwrap();
    user.does("/scan", &codes).await.unwrap();

    let said = [Ok(&b"no commitments"[..]), Err(StatusCode::CONFLICT), Err(StatusCode::BAD_GATEWAY)];
    for said in said.into_iter().chain([Err(StatusCode::TOO_MANY_REQUESTS)]) {
        says.lock().unwrap().push_back(said);
        let refused = user.sees("/tickets", b"1").await.unwrap_err();
        assert!(matches!(refused, CallError::Refused(StatusCode::CONFLICT, _)), "{refused}");
    }
    // The first two are given up, the third is kept, and is what the fourth goes on with.
    assert_eq!(user.sees("/tickets", b"1").await.unwrap(), "1 tickets\n");
    town.until("helper", "orders_total 2\n").await.unwrap();

    // Both tickets serve.
    user.does("/agree", &[]).await.unwrap();
    let (id, codes) = reception.next("tickets").await.unwrap();
    user.does("/scan", &codes).await.unwrap();
    user.does("/agree", &[]).await.unwrap();
    assert_eq!(reception.ends(&id).await.unwrap(), "verified", "by the ticket of the order that was kept");
}
