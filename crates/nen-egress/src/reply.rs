//! What a resolver's reply is worth.

use std::net::Ipv4Addr;

use hickory_proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use nen_protocol::network::is_closed;

use crate::answer::MOST;

/// Aliases that are followed within one reply.
const ALIASES: usize = 16;

/// What a resolver's reply is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The name's addresses, all of them open to sandboxes, and for how many seconds they hold.
    Addresses(Vec<Ipv4Addr>, u32),
    /// It is an alias of this name, whose addresses have to be asked for.
    Alias(Name),
    /// It has no address, or does not exist.
    Nothing(ResponseCode),
    /// It leads to this address, which is closed: so it leads nowhere.
    Closed(Ipv4Addr),
    /// There is more than fitted; TCP has it.
    Truncated,
    /// The resolver cannot say.
    Useless,
    /// It is no reply to this question.
    Foreign,
}

/// Judges the bytes of a reply to a question with this number. `own` are the machine's own addresses.
#[must_use]
pub fn judge(bytes: &[u8], id: u16, query: &Query, own: &[Ipv4Addr]) -> Verdict {
    let Ok(message) = Message::from_vec(bytes) else {
        return Verdict::Foreign;
    };
    let head = &message.metadata;
    let same = |asked: &Query| {
        asked.name().eq_ignore_root(query.name())
            && asked.query_type() == query.query_type()
            && asked.query_class() == query.query_class()
    };
    if head.message_type != MessageType::Response
        || head.id != id
        || !matches!(&message.queries[..], [asked] if same(asked))
    {
        return Verdict::Foreign;
    }
    if head.truncation {
        return Verdict::Truncated;
    }
    match head.response_code {
        ResponseCode::NoError => {}
        ResponseCode::NXDomain => return Verdict::Nothing(ResponseCode::NXDomain),
        _ => return Verdict::Useless,
    }
    let mut current = query.name();
    let mut ttl = u32::MAX;
    for _ in 0..ALIASES {
        let here = || {
            message
                .answers
                .iter()
                .filter(|record| record.name.eq_ignore_root(current))
        };
        let mut addresses = Vec::new();
        for record in here() {
            if let RData::A(address) = &record.data {
                addresses.push(address.0);
                ttl = ttl.min(record.ttl);
            }
        }
        if let Some(closed) = addresses
            .iter()
            .find(|at| is_closed(**at) || own.contains(at))
        {
            return Verdict::Closed(*closed);
        }
        if !addresses.is_empty() {
            addresses.truncate(MOST);
            return Verdict::Addresses(addresses, ttl);
        }
        let alias = here().find_map(|record| match &record.data {
            RData::CNAME(target) => Some((&target.0, record.ttl)),
            _ => None,
        });
        match alias {
            Some((target, seconds)) => {
                current = target;
                ttl = ttl.min(seconds);
            }
            None if current.eq_ignore_root(query.name()) => break,
            None => return Verdict::Alias(current.clone()),
        }
    }
    Verdict::Nothing(ResponseCode::NoError)
}

/// The question for a name's addresses.
pub(crate) fn for_addresses(name: Name) -> Query {
    Query::query(name, RecordType::A)
}

#[cfg(test)]
mod tests {
    use hickory_proto::rr::Record;
    use hickory_proto::rr::rdata::{A, CNAME};
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn a(of: &str, ttl: u32, address: [u8; 4]) -> Record {
        Record::from_rdata(name(of), ttl, RData::A(A(address.into())))
    }

    fn alias(of: &str, target: &str) -> Record {
        Record::from_rdata(name(of), 30, RData::CNAME(CNAME(name(target))))
    }

    fn judged(records: Vec<Record>) -> Verdict {
        let query = for_addresses(name("www.allowed.test."));
        let mut reply = Message::query().into_response();
        reply.metadata.id = 7;
        reply.add_query(query.clone());
        reply.insert_answers(records);
        let own = [Ipv4Addr::new(203, 0, 113, 1)];
        judge(&reply.to_vec().unwrap(), 7, &query, &own)
    }

    #[test]
    fn aliases_are_followed_to_their_addresses() {
        let there = judged(vec![
            a("c.cdn.test.", 300, [203, 0, 113, 9]),
            alias("WWW.allowed.test.", "b.cdn.test."),
            alias("b.cdn.test.", "c.cdn.test."),
            a("c.cdn.test.", 60, [203, 0, 113, 8]),
            a("other.test.", 60, [203, 0, 113, 66]),
        ]);
        let addresses = vec![[203, 0, 113, 9].into(), [203, 0, 113, 8].into()];
        assert_eq!(there, Verdict::Addresses(addresses, 30));
        assert_eq!(
            judged(vec![alias("www.allowed.test.", "b.cdn.test.")]),
            Verdict::Alias(name("b.cdn.test."))
        );
        let ring = vec![
            alias("www.allowed.test.", "b.test."),
            alias("b.test.", "www.allowed.test."),
        ];
        assert_eq!(judged(ring), Verdict::Nothing(ResponseCode::NoError));
    }

    #[test]
    fn one_closed_address_among_them_refuses_all() {
        for closed in [
            [10, 1, 2, 3],
            [127, 0, 0, 1],
            [169, 254, 169, 254],
            [203, 0, 113, 1],
        ] {
            let found = judged(vec![
                a("www.allowed.test.", 60, [203, 0, 113, 9]),
                a("www.allowed.test.", 60, closed),
            ]);
            assert_eq!(found, Verdict::Closed(closed.into()));
        }
    }

    #[test]
    fn replies_to_something_else_are_not_believed() {
        let query = for_addresses(name("allowed.test."));
        let mut reply = Message::query().into_response();
        reply.metadata.id = 7;
        reply.add_query(query.clone());
        reply.add_answer(a("allowed.test.", 60, [203, 0, 113, 9]));
        let bytes = reply.to_vec().unwrap();
        assert!(matches!(
            judge(&bytes, 7, &query, &[]),
            Verdict::Addresses(..)
        ));
        assert_eq!(judge(&bytes, 8, &query, &[]), Verdict::Foreign);
        let other = for_addresses(name("other.test."));
        assert_eq!(judge(&bytes, 7, &other, &[]), Verdict::Foreign);
        reply.metadata.response_code = ResponseCode::ServFail;
        assert_eq!(
            judge(&reply.to_vec().unwrap(), 7, &query, &[]),
            Verdict::Useless
        );
    }

    proptest! {
        #[test]
        fn no_bytes_lead_to_a_closed_address(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            address in any::<[u8; 4]>(),
        ) {
            let query = for_addresses(name("allowed.test."));
            let _ = judge(&bytes, 7, &query, &[]);
            if let Verdict::Addresses(found, _) = judged(vec![a("www.allowed.test.", 1, address)]) {
                prop_assert!(!found.iter().any(|found| is_closed(*found)));
            }
        }
    }
}
