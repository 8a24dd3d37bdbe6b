//! The one table of routes.
//!
//! | method | path | who | does |
//! |---|---|---|---|
//! | GET | `/` | anyone | the page; with `?key=` the host's cookie |
//! | GET | `/watch`, `/creators` | anyone | the party and its makers, to look at on other devices |
//! | GET | `/public/*` | anyone | assets and the SDK |
//! | GET | `/games/*` | anyone | game files |
//! | GET | `/llms.txt` | anyone | what there is for coding agents |
//! | GET | `/skills/*`, `/docs/*`, `/sdk/*` | anyone | what they need, without a clone |
//! | GET | `/template.html` | anyone | the game to start from |
//! | GET | `/openapi.json` | anyone | this table and its answers, as OpenAPI 3.1 |
//! | GET | `/join.svg` | anyone | QR code of the join address |
//! | GET | `/summaries/latest.png` | anyone | the picture of the night |
//! | GET | `/summaries/latest.svg` | anyone | QR code of its address |
//! | GET | `/ws` | anyone, commands from the host | WebSocket of the screens |
//! | GET | `/api/avatars` | anyone | the sixteen avatars |
//! | GET | `/api/games` | anyone | the shelf |
//! | POST | `/api/games` | upload token | a new game |
//! | POST | `/api/games/check` | anyone | static checks, stores nothing |
//! | GET | `/api/games/{id}` | anyone | one game |
//! | DELETE | `/api/games/{id}` | host | takes a game off the shelf; it is kept |
//! | POST | `/api/games/{id}/rollback` | host | an earlier revision, or a removed game, comes back |
//! | GET | `/api/health` | anyone | how the host is |
//! | GET | `/api/session` | anyone | the session |
//! | POST | `/api/session/reset` | host | a new session |
//! | POST | `/api/session/summary` | host | the picture of the night is kept |
//! | POST | `/api/session/players` | host | who sits where |
//! | POST | `/api/session/record_game` | host | a game that was played |
//!
//! HEAD is answered wherever GET is.

use super::{
    App,
    api::{games, host, session, summary},
    assets::is_frame_on_its_own_way,
    error,
    kit::Part,
    reply::{self, Response, full},
    server::{Request, judge_key, sign_in},
    shape,
    trust::{Address, Caller},
    ws,
};
use crate::{error::Error, input::address::InputUrl};
use hyper::{
    Method,
    body::Body as _,
    header::{CONNECTION, CONTENT_LENGTH, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
};
use std::sync::Arc;

/// What is at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Page,
    Watch,
    Creators,
    Public,
    Game,
    Kit(Part),
    Openapi,
    JoinCode,
    ShowSummary,
    SummaryCode,
    Ws,
    Avatars,
    ListGames,
    Upload,
    Check,
    ShowGame,
    RemoveGame,
    RollBack,
    Health,
    Session,
    Reset,
    KeepSummary,
    SetPlayers,
    RecordGame,
}

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Reads; a frame or a foreign site may read what anyone may.
    Anyone,
    /// Writes without being the host (the token is judged in the handler), but not out of a frame or a foreign site.
    NotForeign,
    Host,
}

/// Method, path, who may, what. A last segment `*` takes the rest, `{}` stands for one segment.
pub(super) const ROUTES: [(Method, &str, Who, Endpoint); 28] = [
    (Method::GET, "/", Who::Anyone, Endpoint::Page),
    (Method::GET, "/watch", Who::Anyone, Endpoint::Watch),
    (Method::GET, "/creators", Who::Anyone, Endpoint::Creators),
    (Method::GET, "/public/*", Who::Anyone, Endpoint::Public),
    (Method::GET, "/games/*", Who::Anyone, Endpoint::Game),
    (Method::GET, "/llms.txt", Who::Anyone, Endpoint::Kit(Part::Index)),
    (Method::GET, "/skills/*", Who::Anyone, Endpoint::Kit(Part::Skills)),
    (Method::GET, "/docs/*", Who::Anyone, Endpoint::Kit(Part::Docs)),
    (Method::GET, "/sdk/*", Who::Anyone, Endpoint::Kit(Part::Sdk)),
    (Method::GET, "/template.html", Who::Anyone, Endpoint::Kit(Part::Template)),
    (Method::GET, "/openapi.json", Who::Anyone, Endpoint::Openapi),
    (Method::GET, "/join.svg", Who::Anyone, Endpoint::JoinCode),
    (Method::GET, "/summaries/latest.png", Who::Anyone, Endpoint::ShowSummary),
    (Method::GET, "/summaries/latest.svg", Who::Anyone, Endpoint::SummaryCode),
    (Method::GET, "/ws", Who::NotForeign, Endpoint::Ws),
    (Method::GET, "/api/avatars", Who::Anyone, Endpoint::Avatars),
    (Method::GET, "/api/games", Who::Anyone, Endpoint::ListGames),
    (Method::POST, "/api/games", Who::NotForeign, Endpoint::Upload),
    (Method::POST, "/api/games/check", Who::NotForeign, Endpoint::Check),
    (Method::GET, "/api/games/{}", Who::Anyone, Endpoint::ShowGame),
    (Method::DELETE, "/api/games/{}", Who::Host, Endpoint::RemoveGame),
    (Method::POST, "/api/games/{}/rollback", Who::Host, Endpoint::RollBack),
    (Method::GET, "/api/health", Who::Anyone, Endpoint::Health),
    (Method::GET, "/api/session", Who::Anyone, Endpoint::Session),
    (Method::POST, "/api/session/reset", Who::Host, Endpoint::Reset),
    (Method::POST, "/api/session/summary", Who::Host, Endpoint::KeepSummary),
    (Method::POST, "/api/session/players", Who::Host, Endpoint::SetPlayers),
    (Method::POST, "/api/session/record_game", Who::Host, Endpoint::RecordGame),
];

/// Method and path pattern of every route. For tests, which hold their tables against it.
pub fn routes() -> impl Iterator<Item = (Method, &'static str)> {
    ROUTES.into_iter().map(|(method, pattern, ..)| (method, pattern))
}

/// Answers a request of this caller. Never fails: what goes wrong is an answer, too.
pub(super) async fn route(app: Arc<App>, request: Request, caller: Caller, address: Address) -> Response {
    let head = request.method() == Method::HEAD;
    let shape = shape::check(&request);
    let misshapen = shape.is_err();
    let answered = match shape {
        Ok(()) => dispatch(&app, request, caller, address).await,
        Err(refusal) => Err(refusal),
    };
    let mut response = answered.unwrap_or_else(|refusal| {
        if matches!(refusal, Error::Internal(_)) {
            tracing::error!(error = %refusal, "a request failed");
        }
        error::answer(&refusal)
    });
    let headers = response.headers_mut();
    if misshapen {
        // SECURITY: what follows is not to be trusted to be a request.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if head {
        // The length stays that of the body that GET would have brought.
        if let Some(length) = response.body().size_hint().exact() {
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        *response.body_mut() = full(Vec::new());
    }
    response
}

async fn dispatch(app: &Arc<App>, request: Request, caller: Caller, address: Address) -> Result<Response, Error> {
    if is_frame_on_its_own_way(request.headers()) {
        // SECURITY: an answer without content ends a navigation: the game stays where it is.
        return Ok(reply::nothing());
    }
    let path = request.uri().path().to_owned();
    let (endpoint, who, rest) = find(request.method(), &path)?;
    if who == Who::Host && address != Address::Here {
        judge_key(app, &request, address)?;
    }
    match (who, caller) {
        (Who::Anyone, _) | (Who::NotForeign, Caller::Host | Caller::Guest) | (Who::Host, Caller::Host) => {}
        (_, Caller::Foreign) => return Err(Error::Forbidden("games and pages of other sites may not do this".into())),
        (_, Caller::Guest) => return Err(Error::Forbidden("only the host of the party may do this".into())),
    }
    match endpoint {
        Endpoint::Page => match sign_in(app, &request, address)? {
            Some(signed_in) => Ok(signed_in),
            None => app.assets.page("index.html", input_address(app).as_ref(), request.headers()).await,
        },
        Endpoint::Watch => app.assets.page("watch.html", None, request.headers()).await,
        Endpoint::Creators => app.assets.page("creators.html", None, request.headers()).await,
        Endpoint::Public => app.assets.public(rest, request.headers()).await,
        Endpoint::Game => {
            let held = app.actors.board.held.borrow().clone();
            let round = request.uri().query().and_then(|query| query.strip_prefix("round="));
            let held = held.as_deref().filter(|held| round == Some(held.round_id.as_str()));
            app.assets.game(rest, held, input_address(app).as_ref(), request.headers()).await
        }
        Endpoint::Kit(part) => app.assets.kit(part, rest, request.headers()).await,
        Endpoint::Openapi => Ok(app.openapi.answer(request.headers())),
        Endpoint::JoinCode => host::join_code(app),
        Endpoint::ShowSummary => summary::show(app, request.headers()).await,
        Endpoint::SummaryCode => summary::code(app),
        Endpoint::Ws => ws::upgrade(Arc::clone(app), request, caller, address),
        Endpoint::Avatars => Ok(host::avatars()),
        Endpoint::ListGames => Ok(games::list(app, request.headers())),
        Endpoint::Upload => games::upload(app, request, caller, address).await,
        Endpoint::Check => games::check(app, request, caller, address).await,
        Endpoint::ShowGame => games::show(app, rest).await,
        Endpoint::RemoveGame => games::remove(app, rest).await,
        Endpoint::RollBack => games::roll_back(app, rest, request).await,
        Endpoint::Health => Ok(host::health(app)),
        Endpoint::Session => session::show(app),
        Endpoint::Reset => session::reset(app).await,
        Endpoint::KeepSummary => summary::keep(app, request).await,
        Endpoint::SetPlayers => session::set_players(app, request).await,
        Endpoint::RecordGame => session::record_game(app, request).await,
    }
}

/// Where pages and games find the input daemon, read anew for each answer: it can change.
fn input_address(app: &App) -> Option<InputUrl> {
    app.actors.board.input.borrow().address.clone()
}

/// The endpoint, who may use it, and what `*` or `{}` stands for.
fn find<'p>(method: &Method, path: &'p str) -> Result<(Endpoint, Who, &'p str), Error> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let mut here = ROUTES
        .iter()
        .filter_map(|(m, pattern, who, endpoint)| Some((m, *endpoint, *who, matches(pattern, path)?)))
        .peekable();
    if here.peek().is_none() {
        return Err(Error::NotFound);
    }
    let mut methods = Vec::new();
    for (allowed, endpoint, who, rest) in here {
        if allowed == method {
            return Ok((endpoint, who, rest));
        }
        methods.push(allowed.clone());
    }
    Err(Error::MethodNotAllowed(match methods.as_slice() {
        [Method::GET, Method::POST] | [Method::POST, Method::GET] => "GET, HEAD, POST",
        [Method::GET, Method::DELETE] => "GET, HEAD, DELETE",
        [Method::POST, Method::GET, Method::DELETE] => "GET, HEAD, POST, DELETE",
        [Method::POST] => "POST",
        _ => "GET, HEAD",
    }))
}

fn matches<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    if let Some(prefix) = pattern.strip_suffix('*') {
        return path.strip_prefix(prefix).filter(|rest| !rest.is_empty());
    }
    if let Some((prefix, suffix)) = pattern.split_once("{}") {
        let segment = path.strip_prefix(prefix)?.strip_suffix(suffix)?;
        return (!segment.is_empty() && !segment.contains('/')).then_some(segment);
    }
    (pattern == path).then_some("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(method: Method, path: &str) -> Result<Endpoint, &'static str> {
        find(&method, path).map(|(endpoint, ..)| endpoint).map_err(|error| error.code())
    }

    #[test]
    fn paths_lead_to_their_endpoints_by_method() {
        assert_eq!(endpoint(Method::GET, "/"), Ok(Endpoint::Page));
        assert_eq!(endpoint(Method::HEAD, "/api/games"), Ok(Endpoint::ListGames));
        assert_eq!(endpoint(Method::POST, "/api/games"), Ok(Endpoint::Upload));
        assert_eq!(endpoint(Method::POST, "/api/games/check"), Ok(Endpoint::Check));
        assert_eq!(endpoint(Method::GET, "/api/games/check"), Ok(Endpoint::ShowGame), "a game may have that name");
        assert_eq!(endpoint(Method::GET, "/public/a/b.js"), Ok(Endpoint::Public));
    }

    #[test]
    fn what_is_not_in_the_table_is_not_there() {
        for path in
            ["/api", "/api/", "/api/games/", "/api/games/a/b", "/public/", "/public", "//", "/API/games", "/index.html"]
        {
            assert_eq!(endpoint(Method::GET, path), Err("not_found"), "{path}");
        }
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        let allowed = |path| match find(&Method::PUT, path) {
            Err(Error::MethodNotAllowed(methods)) => methods,
            other => panic!("{other:?}"),
        };
        assert_eq!(allowed("/api/session"), "GET, HEAD");
        assert_eq!(allowed("/api/session/reset"), "POST");
        assert_eq!(allowed("/api/games"), "GET, HEAD, POST");
        assert_eq!(allowed("/api/games/check"), "GET, HEAD, POST, DELETE");
        assert_eq!(allowed("/api/games/a"), "GET, HEAD, DELETE");
    }
}
