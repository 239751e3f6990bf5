//! What is done about a question, before anybody is asked.

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RecordType};
use nen_protocol::network::{AllowList, Ports};

use crate::answer::answer;

/// What is done about a question.
#[derive(Debug)]
pub enum Decision {
    /// It is none.
    Ignore,
    /// It is answered like this.
    Answer(Vec<u8>),
    /// It is for a name that is not allowed, and is answered like this.
    Denied {
        /// The answer: there is no such name, so that programs give up at once.
        answer: Vec<u8>,
        /// The name.
        name: String,
    },
    /// The resolver has to be asked.
    Ask(Box<Question>),
}

/// A question for the IPv4 addresses of an allowed name.
#[derive(Debug)]
pub struct Question {
    message: Message,
    query: Query,
    /// The name, in lower case and without a dot at its end.
    pub name: String,
    /// Where its addresses may be reached.
    pub ports: Ports,
}

impl Question {
    /// What was asked.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Its answer.
    #[must_use]
    pub fn answer(
        &self,
        code: ResponseCode,
        addresses: &[std::net::Ipv4Addr],
        ttl: u32,
    ) -> Vec<u8> {
        answer(&self.message, code, addresses, ttl)
    }
}

/// Decides about the bytes of a question. Addresses of IPv4 are the only thing that is ever asked for: of everything else,
/// an allowed name has none.
#[must_use]
pub fn decide(bytes: &[u8], allow: &AllowList) -> Decision {
    let Ok(message) = Message::from_vec(bytes) else {
        return Decision::Ignore;
    };
    if message.metadata.message_type != MessageType::Query {
        return Decision::Ignore;
    }
    let short = |code| Decision::Answer(answer(&message, code, &[], 0));
    if message.metadata.op_code != OpCode::Query {
        return short(ResponseCode::NotImp);
    }
    let [query] = &message.queries[..] else {
        return short(ResponseCode::FormErr);
    };
    if query.query_class() != DNSClass::IN {
        return short(ResponseCode::Refused);
    }
    let name = plain(query.name());
    let ports = allow.ports_of(&name);
    if ports == Ports::Only(Vec::new()) {
        let answer = answer(&message, ResponseCode::NXDomain, &[], 0);
        return Decision::Denied { answer, name };
    }
    if query.query_type() != RecordType::A {
        return short(ResponseCode::NoError);
    }
    Decision::Ask(Box::new(Question {
        query: query.clone(),
        message,
        name,
        ports,
    }))
}

/// A name as lists have it. What is no plain character in it stays escaped, so it is on no list.
fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allow() -> AllowList {
        let entries = ["allowed.test", "*.wide.test:443"];
        let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
        entries.try_into().unwrap()
    }

    fn asked(name: &str, kind: RecordType) -> Decision {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        decide(&message.to_vec().unwrap(), &allow())
    }

    fn code(answer: &[u8]) -> ResponseCode {
        let message = Message::from_vec(answer).unwrap();
        assert!(message.answers.is_empty());
        message.metadata.response_code
    }

    #[test]
    fn only_addresses_of_allowed_names_are_asked_for() {
        let Decision::Ask(question) = asked("ALLOWED.test.", RecordType::A) else {
            panic!("not asked")
        };
        assert_eq!(
            (question.name.as_str(), question.ports),
            ("allowed.test", Ports::All)
        );
        let Decision::Ask(question) = asked("a.b.wide.test.", RecordType::A) else {
            panic!("not asked")
        };
        assert_eq!(question.ports, Ports::Only(vec![443]));
        for kind in [
            RecordType::AAAA,
            RecordType::TXT,
            RecordType::HTTPS,
            RecordType::ANY,
        ] {
            let Decision::Answer(answer) = asked("allowed.test.", kind) else {
                panic!("{kind} was not answered")
            };
            assert_eq!(code(&answer), ResponseCode::NoError);
        }
    }

    #[test]
    fn other_names_do_not_exist_whatever_is_asked_about_them() {
        for (name, kind) in [
            ("denied.test.", RecordType::A),
            ("denied.test.", RecordType::TXT),
            ("sub.allowed.test.", RecordType::A),
            ("wide.test.", RecordType::A),
            ("allowed.test.evil.test.", RecordType::AAAA),
            ("allowed\\.test.", RecordType::A),
            (".", RecordType::NS),
        ] {
            let Decision::Denied { answer, name: told } = asked(name, kind) else {
                panic!("{name} was not denied")
            };
            assert_eq!(code(&answer), ResponseCode::NXDomain);
            assert!(told.is_ascii());
        }
    }

    #[test]
    fn what_is_no_question_gets_no_answer() {
        assert!(matches!(decide(b"", &allow()), Decision::Ignore));
        assert!(matches!(decide(&[0; 11], &allow()), Decision::Ignore));
        let mut reply = Message::query().into_response();
        reply.add_query(Query::query(
            Name::from_ascii("allowed.test.").unwrap(),
            RecordType::A,
        ));
        assert!(matches!(
            decide(&reply.to_vec().unwrap(), &allow()),
            Decision::Ignore
        ));
        let none = Message::query().to_vec().unwrap();
        let Decision::Answer(answer) = decide(&none, &allow()) else {
            panic!("not answered")
        };
        assert_eq!(code(&answer), ResponseCode::FormErr);
    }

    proptest! {
        #[test]
        fn no_bytes_do_any_harm(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = decide(&bytes, &allow());
        }

        #[test]
        fn a_question_with_any_byte_changed_asks_for_allowed_names_only(at in 0usize..30, byte in any::<u8>()) {
            let mut message = Message::query();
            message.add_query(Query::query(Name::from_ascii("allowed.test.").unwrap(), RecordType::A));
            let mut bytes = message.to_vec().unwrap();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            if let Decision::Ask(question) = decide(&bytes, &allow()) {
                prop_assert_ne!(allow().ports_of(&question.name), Ports::Only(vec![]));
            }
        }
    }
}
