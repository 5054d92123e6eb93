//! Calls of other services.

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use selfsame::published::AsyncSource;

use super::Token;
use crate::error::{Context, with_causes};
use crate::keyfile::Keys;
use crate::wire::CBOR;

/// How long a call may take.
const LONGEST: Duration = Duration::from_secs(60);
/// The most bytes of an answer, where who asks does not say what it asks for.
const MOST: u64 = 1 << 20;
/// How many bytes of a long file come in a second at least.
const SLOWEST: u64 = 1 << 20;
/// How often a call is made that nobody answers, and how long is waited in between.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(150);

/// Why a call has no answer.
#[derive(Debug)]
pub enum CallError {
    /// Nobody answered, or not to the end. Whether the call was taken is not known.
    Lost(String),
    /// It was answered, with a refusal and a text for who operates the caller.
    Refused(StatusCode, String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(why) => write!(f, "no answer: {why}"),
            Self::Refused(status, why) => write!(f, "refused ({}): {why}", status.as_u16()),
        }
    }
}

impl std::error::Error for CallError {}

impl CallError {
    /// Whether the same call may be made again: nobody answered, or one that is not ready.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Refused(status, _) => *status == StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whether there is no such thing.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Refused(StatusCode::NOT_FOUND, _))
    }
}

/// Calls, over connections that are kept.
#[derive(Clone)]
pub struct Client(Pool<HttpConnector, Full<Bytes>>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client without connections.
    #[must_use]
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(2)));
        // Before the called one ends a connection that nobody uses.
        let idle = super::connections::IDLE / 2;
        Self(Pool::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).pool_idle_timeout(idle).build(connector))
    }

    /// Posts canonical bytes. It is not made again by itself.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn post(&self, url: &str, token: Option<&Token>, body: impl Into<Bytes>) -> Result<Bytes, CallError> {
        self.call((Method::POST, url), token, body.into(), MOST).await
    }

    /// Gets what is there for everybody.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn get(&self, url: &str) -> Result<Bytes, CallError> {
        self.get_up_to(url, MOST).await
    }

    /// Gets what is published, of so many bytes at most.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn get_up_to(&self, url: &str, most: u64) -> Result<Bytes, CallError> {
        self.call((Method::GET, url), None, Bytes::new(), most).await
    }

    async fn call(
        &self,
        (method, url): (Method, &str),
        token: Option<&Token>,
        body: Bytes,
        most: u64,
    ) -> Result<Bytes, CallError> {
        let lost = |error: &dyn fmt::Display| CallError::Lost(format!("{url}: {error}"));
        let mut request = Request::builder().method(method).uri(url).header(CONTENT_TYPE, CBOR);
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(&token.header()).map_err(|error| lost(&error))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.body(Full::new(body)).map_err(|error| lost(&error))?;
        let answer = async {
            let answer = self.0.request(request).await.map_err(|error| lost(&with_causes(&error)))?;
            let status = answer.status();
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let body = Limited::new(answer.into_body(), most).collect().await.map_err(|error| lost(&error))?.to_bytes();
            if status.is_success() {
                return Ok(body);
            }
            // It may be anybody's, and goes into logs: one line.
            let why = String::from_utf8_lossy(&body);
            let why = why.trim().chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(300);
            Err(CallError::Refused(status, why.collect()))
        };
        let longest = LONGEST + Duration::from_secs(most / SLOWEST);
        tokio::time::timeout(longest, answer).await.unwrap_or_else(|late| Err(lost(&late)))
    }
}

/// Another service: where it is, and what is shown to it.
#[derive(Debug)]
pub struct Peer {
    client: Client,
    base: String,
    token: Option<Token>,
}

impl Peer {
    /// A service under this address, without a `/` at its end.
    #[must_use]
    pub fn new(client: &Client, base: &str, token: Option<Token>) -> Self {
        Self { client: client.clone(), base: base.trim_end_matches('/').to_owned(), token }
    }

    /// The service that a configuration calls `NAME ADDRESS`, with the token for that name out of
    /// the caller's key file.
    ///
    /// # Errors
    /// If the value is something else, or there is no such token.
    pub fn named(client: &Client, keys: &Keys, value: &str) -> crate::error::Result<Self> {
        let (name, base) = value.split_once(' ').context(format!("{value} is not a name and an address"))?;
        Ok(Self::new(client, base.trim(), Some(Token::of(keys, name)?)))
    }

    /// Where it is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Posts once.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Result<Bytes, CallError> {
        self.client.post(&format!("{}{path}", self.base), self.token.as_ref(), body).await
    }

    /// Posts until it is answered, a few times: for calls that mean the same when they are made
    /// again, as each has a key of its own.
    ///
    /// # Errors
    /// [`CallError`], the last one.
    pub async fn post_again(&self, path: &str, body: impl Into<Bytes>) -> Result<Bytes, CallError> {
        let body = body.into();
        for attempt in 1..TRIES {
            match self.post(path, body.clone()).await {
                Err(error) if error.is_passing() => tokio::time::sleep(PAUSE * attempt).await,
                answered => return answered,
            }
        }
        self.post(path, body).await
    }
}

/// What is published there.
impl AsyncSource for &Peer {
    type Error = CallError;

    async fn fetch(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, CallError> {
        match self.client.get_up_to(&format!("{}/public/{path}", self.base), most).await {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
