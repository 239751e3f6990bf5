use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::Client;
use super::line::Line;
use super::possibly::Possibly;

/// Makes and revokes keys, and signs browsers in and out with them.
#[derive(Default)]
pub struct Keys {
    keys: Vec<Key>,
    tried: usize,
    cookies: Vec<Cookie>,
}

struct Key {
    id: String,
    secret: String,
    works: Possibly<bool>,
}

struct Cookie {
    pair: String,
    key: usize,
    works: Possibly<bool>,
}

impl Client for Keys {
    fn deed(&mut self, line: &Line, dice: &mut StdRng) {
        let working: Vec<usize> = (0..self.keys.len())
            .filter(|at| self.keys[*at].works.is(&true))
            .collect();
        match dice.random_range(0..4) {
            1 if !working.is_empty() => self.sign_in(line, working[working.len() / 2]),
            2 if !working.is_empty() => {
                let key = &mut self.keys[working[dice.random_range(0..working.len())]];
                let reply = line.call("DELETE", &format!("/keys/{}", key.id), &[], &[]);
                let revoked = reply.inspect(|reply| assert_eq!(reply.status, 204, "{reply}"));
                key.works.after(revoked.is_some(), false);
            }
            3 if !self.cookies.is_empty() => {
                let at = dice.random_range(0..self.cookies.len());
                let cookie = &mut self.cookies[at];
                let headers = [("cookie", &*cookie.pair), ("origin", line.api.base())];
                let api = line.api.without_key();
                let reply = line.call_as(&api, "DELETE", "/auth", &headers, &[]);
                let ended = matches!(reply.map(|reply| reply.status), Some(204 | 401));
                cookie.works.after(ended, false);
            }
            _ => self.create(line),
        }
    }

    fn check(&mut self, line: &Line) {
        for key in &self.keys {
            let works = line.api.with_key(&key.secret).get("/auth").status == 200;
            assert!(key.works.may_be(&works), "{}: works {works}", key.id);
        }
        for cookie in &self.cookies {
            let headers = [("cookie", &*cookie.pair), ("origin", line.api.base())];
            let asked = line.api.without_key().call("GET", "/auth", &headers, &[]);
            let works = asked.status == 200;
            // It ends with its key.
            let may = cookie.works.may_be(&works)
                || (!works && self.keys[cookie.key].works.may_be(&false));
            assert!(may, "works {works}, not {:?}: {asked}", cookie.works);
        }
    }

    fn told(&self) -> String {
        format!(
            "keys: {}, sign-ins: {}",
            self.keys.len(),
            self.cookies.len()
        )
    }
}

impl Keys {
    fn create(&mut self, line: &Line) {
        self.tried += 1;
        let body = json!({"name": format!("key {}", self.tried), "scopes": ["desktops:read"]});
        // One that nobody was told works for nobody.
        let Some(reply) = line.post("/keys", &body) else {
            return;
        };
        let made = reply.expect(201);
        self.keys.push(Key {
            id: made["id"].as_str().unwrap().to_owned(),
            secret: made["secret"].as_str().unwrap().to_owned(),
            works: Possibly::certainly(true),
        });
    }

    fn sign_in(&mut self, line: &Line, key: usize) {
        let body = json!({"key": self.keys[key].secret}).to_string();
        let headers = [("content-type", "application/json")];
        let api = line.api.without_key();
        let Some(reply) = line.call_as(&api, "POST", "/auth", &headers, body.as_bytes()) else {
            return;
        };
        let reply = reply.expect_raw(200);
        let pair = reply.header("set-cookie").split(';').next().unwrap();
        self.cookies.push(Cookie {
            pair: pair.to_owned(),
            key,
            works: Possibly::certainly(true),
        });
    }
}
