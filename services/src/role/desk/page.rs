//! The page: static files, codes as pictures, and events.

use std::convert::Infallible;

use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::visit::Visit;
use crate::http::{Refusal, Reply};

/// Nothing but this desk's own files, and nobody frames them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn file(kind: &'static str, content: &'static str) -> Response {
    let opener = (HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
        opener,
    ];
    (headers, content).into_response()
}

pub(super) async fn html() -> Response {
    file("text/html; charset=utf-8", include_str!("../../desk/desk.html"))
}

pub(super) async fn css() -> Response {
    file("text/css; charset=utf-8", include_str!("../../desk/desk.css"))
}

pub(super) async fn js() -> Response {
    file("text/javascript; charset=utf-8", include_str!("../../desk/desk.js"))
}

pub(super) async fn icon() -> Response {
    file("image/svg+xml", include_str!("../../desk/desk.svg"))
}

/// A code as a picture that fits any screen.
pub(super) fn svg(text: &str) -> Reply {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Refusal::broken)?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(480, 480).build();
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "no-store")], picture).into_response())
}

/// Every state from now on, and the end.
pub(super) fn events(visit: &Visit) -> Response {
    let states = unfold(Some((visit.states(), true)), |next| async {
        let (mut states, first) = next?;
        if !first {
            states.changed().await.ok()?;
        }
        let state = *states.borrow_and_update();
        let event = Ok::<_, Infallible>(Event::default().event("state").data(state.name()));
        Some((event, (!state.is_end()).then_some((states, false))))
    });
    let stream = Sse::new(states).keep_alive(KeepAlive::default());
    ([(CONTENT_SECURITY_POLICY, POLICY)], stream).into_response()
}
