//! Text that is made on the spot, so that the benchmarks run on a fresh clone.
//!
//! News-like English: sentences with holes, filled from lists of words as
//! unevenly as a language draws its words. Nobody needs to believe a word of it.

use crate::random::Random;

/// Sentences; `N` noun, `P` plural, `V` verb (past), `I` infinitive, `A` adjective, `D` adverb,
/// `W` who, `C` where, `#` number.
const SENTENCES: [&str; 40] = [
    "The N of the N V a A N in C on Monday.",
    "W said the N would I the A N by the end of the year.",
    "In the past # years, the P of C have V more than # P.",
    "According to W, the N was A because the P V the N.",
    "A A N in C V the N, and the P could not I it.",
    "It is not clear whether the N will I the P, W told the N.",
    "The N D V the N of the A P.",
    "W, who V the N, said that it was a A N for the P.",
    "More than # P V the N in the first # months of the year.",
    "But the A N does not I the N of most P.",
    "The P were V by the N at the start of the week.",
    "\u{201c}We need to I the N before the P get A,\u{201d} W said.",
    "If the N can I the P, the A N may be able to I the N too.",
    "There are # P in C, and many of them V the N D.",
    "One of the A P V a N with the help of W.",
    "The N, which V # P last year, is set to I a A N.",
    "It was the first time that a N in C had V such a A N.",
    "W did not I the N, but V the P to I the N.",
    "Some P said they had D V the A N.",
    "The N rose by # percent, while the N of P V to #.",
    "A spokesman for W said the N had been V.",
    "The N has V the P since the N was V in C.",
    "They want to I the A N, the N and the P.",
    "For the P, the N is as A as the N itself.",
    "W has V the N for # years.",
    "\"It's a A N,\" W said. \"The P don't I it, and they won't I the N.\"",
    "The A P in C do not always I the N.",
    "This year the N will I # A P.",
    "When the N V, the P of C were D A.",
    "The N says it can I the N without the P.",
    "Last week W V that the N was too A to I.",
    "Most of the P who V the N are from C.",
    "Each N has its own N, and each of the P may I it.",
    "No one knows how the N V the A P.",
    "The N and the N are both A, W said in a N on Friday.",
    "After the N, the P V and V the A N again.",
    "You can I the N in # minutes if the P are A.",
    "What the N of C V was a N of A P.",
    "The N was also V by W, whose P V in the N.",
    "As the P V, W began to I the N of the N.",
];

const NOUNS: &str = "government company report city plan market team court law bank deal school \
    police house hospital election party minister president council price economy industry project \
    union road bridge train station river storm fire film book song museum festival team coach \
    game season league stadium player goal university study test drug vaccine virus doctor patient \
    budget tax debt loan bill vote border treaty army base ship plane airport strike protest march \
    crime trial judge jury sentence appeal farm harvest field forest park beach island mountain \
    village district region state country nation embassy letter speech interview newspaper channel \
    website phone network computer software engine battery car bus factory warehouse mine pipeline \
    reactor satellite rocket telescope laboratory theory method experiment sample";
const PLURALS: &str = "people officials workers voters students teachers families residents \
    companies countries members leaders police investors customers children women men doctors \
    nurses scientists farmers drivers soldiers journalists lawyers owners players fans visitors \
    neighbours houses schools roads cars shops prices jobs rules papers records cases votes seats \
    miles days hours weeks tests results figures banks ships trees animals birds books songs films";
const PAST: &str = "announced reported approved rejected opened closed built sold bought reached \
    signed passed changed helped found lost won left visited joined led called asked moved raised \
    cut reduced launched planned supported criticised blamed accused defended praised discussed \
    published recorded repaired replaced tested treated hired trained paid wrote read heard saw \
    stopped started finished delayed cancelled postponed doubled tripled feared welcomed";
const INFINITIVES: &str = "change help find build sell buy reach sign pass open close visit join \
    lead move raise cut reduce launch support discuss publish record repair replace test treat \
    hire train pay write read hear see stop start finish delay cancel protect share explain accept \
    refuse continue improve";
const ADJECTIVES: &str = "new old big small large long short local national public private early \
    late good bad strong weak high low difficult easy important serious simple important rich poor \
    young heavy light hot cold dry wet fast slow safe dangerous quiet loud clean dirty empty full \
    open free independent foreign rural urban central northern southern eastern western red green";
const ADVERBS: &str = "quickly slowly often never always already still also only recently finally \
    quietly openly directly partly mostly hardly rarely again together";
const WHO: &str = "Ms. Alder;Mr. Brandt;Dr. Okafor;Anna Lindqvist;the mayor;the minister;\
    Professor Haldane;the chief executive;Captain Moreau;Senator Whitlow;the union;a neighbour;\
    Judge Farrow;the coach;Lena Sorokin";
const PLACES: &str = "London;the north;Lisbon;the capital;Norway;the valley;Toronto;the old town;\
    Kenya;the south-west;Geneva;Texas;the region;Osaka;the harbour";

/// Documents without any trace of a spinner, `bytes` of them at least.
pub(crate) fn documents(bytes: usize, seed: u64) -> Vec<String> {
    let mut maker = Maker::new(seed);
    let mut documents = Vec::new();
    let mut length = 0;
    while length < bytes {
        let document = maker.document();
        length += document.len();
        documents.push(document);
    }
    documents
}

struct Maker {
    random: Random,
    lists: Vec<(char, Vec<&'static str>)>,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        let words = |list: &'static str| list.split_whitespace().collect();
        let phrases = |list: &'static str| list.split(';').map(str::trim).collect();
        Maker {
            random: Random::new(seed),
            lists: vec![
                ('N', words(NOUNS)),
                ('P', words(PLURALS)),
                ('V', words(PAST)),
                ('I', words(INFINITIVES)),
                ('A', words(ADJECTIVES)),
                ('D', words(ADVERBS)),
                ('W', phrases(WHO)),
                ('C', phrases(PLACES)),
            ],
        }
    }

    fn document(&mut self) -> String {
        let mut document = String::new();
        for paragraph in 0..4 + self.random.below(9) {
            if paragraph > 0 {
                document.push_str("\n\n");
            }
            for sentence in 0..2 + self.random.below(4) {
                if sentence > 0 {
                    document.push(' ');
                }
                self.sentence(&mut document);
            }
        }
        document.push('\n');
        document
    }

    fn sentence(&mut self, document: &mut String) {
        let pattern = SENTENCES[self.random.below(SENTENCES.len())];
        let from = document.len();
        for (at, c) in pattern.char_indices() {
            let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let hole = alone(pattern[..at].chars().next_back())
                && alone(pattern[at..].chars().nth(1))
                // "A" opens a sentence as itself.
                && (at > 0 || c != 'A');
            let list = self.lists.iter().find(|(hole, _)| *hole == c);
            match list {
                Some((_, list)) if hole => document.push_str(self.random.pick(list)),
                _ if c == '#' => {
                    let number = 2 + self.random.zipf(900);
                    document.push_str(&number.to_string());
                }
                _ => document.push(c),
            }
        }
        // A quotation mark may come first.
        if let Some(first) = document.get_mut(from..from + 1) {
            first.make_ascii_uppercase();
        }
    }
}
