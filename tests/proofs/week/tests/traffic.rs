//! Players and attackers: requests of every kind, each answer held against the model.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use test_support::twin;
use tokio::time::sleep;

use crate::{
    client::{Browser, Route},
    forgeries::Forgery,
    issuers::Token,
    judge::{Answer, Judge, Verdict},
    scene::Scene,
    world::Kind,
};

/// How many tokens and tickets are kept, to be sent again.
const KEPT: usize = 200;

/// A token that passes once: with a nonce, or at the route for tokens without one.
#[derive(Clone)]
struct Ticket {
    route: Route,
    token: Token,
    /// The answer that brought the nonce.
    nonce: Option<Answer>,
    passes: usize,
    /// Whether each answer said that it had not been used.
    is_unused: bool,
}

pub(crate) struct Traffic {
    scene: Arc<Scene>,
    browser: Browser,
    tokens: Mutex<VecDeque<Token>>,
    tickets: Mutex<VecDeque<Ticket>>,
    is_over: AtomicBool,
}

impl Traffic {
    pub(crate) fn new(scene: Arc<Scene>, url: String) -> Self {
        Self {
            scene,
            browser: Browser::new(url),
            tokens: Mutex::default(),
            tickets: Mutex::default(),
            is_over: AtomicBool::new(false),
        }
    }

    pub(crate) fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Sends requests, one after the other, until the week ends.
    pub(crate) async fn run(self: Arc<Self>, pause: Duration) {
        while !self.is_over.load(Ordering::Relaxed) {
            let kind = Kind::BOTH[fastrand::usize(..2)];
            match fastrand::u32(..100) {
                0..30 => self.play(kind).await,
                30..40 => self.visit(kind).await,
                40..55 => self.log_in(kind).await,
                55..65 => self.use_once().await,
                65..75 => self.replay_old().await,
                _ => self.attack(kind).await,
            }
            sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
        }
    }

    /// Sends a request. Returns nothing if no instance answers.
    async fn send(
        &self,
        name: &str,
        route: Route,
        token: Option<&str>,
    ) -> Option<(Answer, String)> {
        let answer = self.browser.send(route, token, &self.scene.world).await;
        answer
            .map_err(|request| self.scene.unanswered(name, &request))
            .ok()
    }

    /// A player with a new token, or with one that was used before.
    async fn play(&self, kind: Kind) {
        let token = self.any_token(kind);
        let route = if fastrand::bool() {
            Route::Me
        } else {
            Route::MeByBody
        };
        if let Some((answer, _)) = self.send("good token", route, Some(&token.text)).await {
            let judge = Judge::new(&self.scene.world, answer.sent, &answer);
            let verdict = judge.signed(&token, self.scene.issuer(token.issuer));
            self.scene.judge("good token", &judge, &verdict);
        }
    }

    fn any_token(&self, kind: Kind) -> Token {
        let mut tokens = self.tokens.lock().unwrap();
        if !tokens.is_empty() && fastrand::bool() {
            return tokens[fastrand::usize(..tokens.len())].clone();
        }
        let token = self.scene.issuer(kind).token(&self.scene.world);
        keep(&mut tokens, token.clone());
        token
    }

    /// A visitor of a route that needs no token, with or without one.
    async fn visit(&self, kind: Kind) {
        let token = fastrand::bool().then(|| self.any_token(kind));
        let text = token.as_ref().map(|token| token.text.as_str());
        let Some((answer, body)) = self.send("visit", Route::Open, text).await else {
            return;
        };
        let judge = Judge::new(&self.scene.world, answer.sent, &answer);
        let verdict = match &token {
            Some(token) => judge.signed(token, self.scene.issuer(token.issuer)),
            None => Verdict {
                may_pass: true,
                ..Verdict::default()
            },
        };
        self.scene.judge("visit", &judge, &verdict);
        if answer.passed() && (body == "anonymous") != token.is_none() {
            self.scene
                .report
                .violation(&self.scene.world, "a visitor is taken for somebody else");
        }
    }

    /// Gets a nonce, and sends its token to other instances as well, some at the same time.
    async fn log_in(&self, kind: Kind) {
        let Some((answer, nonce)) = self.send("nonce", Route::Nonce, None).await else {
            return;
        };
        let token = self
            .scene
            .issuer(kind)
            .token_with(&self.scene.world, |token| token.nonce(&nonce));
        self.use_ticket(
            "login",
            Ticket {
                route: Route::Login,
                token,
                nonce: Some(answer),
                passes: 0,
                is_unused: true,
            },
        )
        .await;
    }

    async fn use_once(&self) {
        let token = self.scene.issuer(Kind::Embedded).token(&self.scene.world);
        self.use_ticket(
            "token once",
            Ticket {
                route: Route::Once,
                token,
                nonce: None,
                passes: 0,
                is_unused: true,
            },
        )
        .await;
    }

    async fn use_ticket(&self, name: &'static str, mut ticket: Ticket) {
        if fastrand::u8(..4) == 0 {
            self.race(&mut ticket).await;
        } else {
            self.redeem(name, &mut ticket).await;
        }
        self.redeem("replay", &mut ticket).await;
        keep(&mut self.tickets.lock().unwrap(), ticket);
    }

    /// Takes an old ticket, and sends it again.
    async fn replay_old(&self) {
        let ticket = {
            let mut tickets = self.tickets.lock().unwrap();
            let count = tickets.len();
            (count > 0).then(|| tickets.swap_remove_back(fastrand::usize(..count)).unwrap())
        };
        if let Some(mut ticket) = ticket {
            self.redeem("old replay", &mut ticket).await;
            keep(&mut self.tickets.lock().unwrap(), ticket);
        }
    }

    async fn redeem(&self, name: &'static str, ticket: &mut Ticket) {
        // Anybody can make the other signature of a token of OMS Wallet. It is the same nonce.
        let text = match ticket.token.issuer {
            Kind::Oms if fastrand::bool() => twin(&ticket.token.text),
            _ => ticket.token.text.clone(),
        };
        if let Some((answer, _)) = self.send(name, ticket.route, Some(&text)).await {
            self.settle(name, ticket, &answer);
        } else {
            ticket.is_unused = false;
        }
    }

    /// Sends a ticket three times at once.
    async fn race(&self, ticket: &mut Ticket) {
        let send = || self.send("race", ticket.route, Some(&ticket.token.text));
        let (first, second, third) = tokio::join!(send(), send(), send());
        let answers: Vec<_> = [first, second, third].into_iter().flatten().collect();
        // Whichever comes first passes, so the others are judged as replays.
        ticket.is_unused = false;
        for (answer, _) in &answers {
            self.settle("race", ticket, answer);
        }
        let refused_all = ticket.passes == 0 && answers.len() == 3;
        let were_sure = |(answer, _): &(Answer, String)| {
            let judge = Judge::new(&self.scene.world, ticket.token.minted, answer);
            self.verdict(&judge, ticket).refusals.is_empty()
        };
        if refused_all && answers.iter().all(were_sure) {
            self.scene
                .report
                .violation(&self.scene.world, "a race: a good ticket never passed");
        }
    }

    /// Holds an answer against what is known of the ticket.
    fn settle(&self, name: &'static str, ticket: &mut Ticket, answer: &Answer) {
        let from = ticket
            .nonce
            .as_ref()
            .map_or(ticket.token.minted, |nonce| nonce.sent);
        let judge = Judge::new(&self.scene.world, from, answer);
        let mut verdict = self.verdict(&judge, ticket);
        if !ticket.is_unused {
            verdict.refusals.push(if ticket.nonce.is_some() {
                "used_nonce"
            } else {
                "used_token"
            });
        }
        verdict.may_pass &= ticket.passes == 0;
        self.scene.judge(name, &judge, &verdict);
        ticket.passes += usize::from(answer.passed());
        let is_unsure = answer.refusal == "one_time_store_unavailable" && judge.may_have_recorded();
        ticket.is_unused &= !answer.passed() && !is_unsure;
    }

    /// The verdict on a ticket that was not used before.
    fn verdict(&self, judge: &Judge<'_>, ticket: &Ticket) -> Verdict {
        let token = &ticket.token;
        let verdict = judge.signed(token, self.scene.issuer(token.issuer));
        match &ticket.nonce {
            Some(nonce) => {
                let issue = Judge::new(&self.scene.world, nonce.sent, nonce);
                judge.with_nonce(verdict, &issue)
            }
            None => judge.with_store(verdict, "used_token"),
        }
    }

    async fn attack(&self, kind: Kind) {
        let forgery = Forgery::ALL[fastrand::usize(..Forgery::ALL.len())];
        let routes = [
            Route::Me,
            Route::MeByBody,
            Route::Login,
            Route::Once,
            Route::Open,
        ];
        let routes = if forgery == Forgery::NoToken {
            &routes[..4]
        } else {
            &routes
        };
        let route = routes[fastrand::usize(..routes.len())];
        let token = forgery.token(self.scene.issuer(kind), &self.scene.world);
        let text = (forgery != Forgery::NoToken).then_some(token.text.as_str());
        if let Some((answer, _)) = self.send("forgery", route, text).await {
            let judge = Judge::new(&self.scene.world, token.minted, &answer);
            self.scene
                .judge("forgery", &judge, &judge.forged(forgery, &token));
        }
    }
}

fn keep<T>(kept: &mut VecDeque<T>, new: T) {
    kept.push_back(new);
    if kept.len() > KEPT {
        kept.pop_front();
    }
}
