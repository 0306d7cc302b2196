//! The table of commands, and the characters with a special meaning.
//!
//! A formula with any other command is shown verbatim.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::letters::Font;
use super::node::{Accent, Class, Shaft, VerticalSide, Wide};

/// The meaning of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MathCommand {
    /// A sign.
    Sign(&'static str, Class),
    /// A named operator: its text, its class, and whether its limits stand above and below.
    Named(&'static str, Class, bool),
    /// An integral with its number of signs.
    Integral(&'static str, usize),
    /// A space of this many columns.
    Space(usize),
    /// Invisible.
    Nothing,
    /// Invisible, and so is its argument.
    Dropped,
    /// Drops the colour and keeps the second argument.
    Coloured,
    /// Its argument, unchanged.
    Itself,
    Text,
    Font(Font),
    /// Like `Font`, but until the end of the group.
    Switch(Font),
    Fraction {
        small: bool,
    },
    Binomial,
    Root,
    Accent(Accent),
    Ruled(VerticalSide),
    Brace(VerticalSide),
    Arrow(Shaft),
    /// `\overset`, `\underset`.
    Set(VerticalSide),
    Left,
    Middle,
    /// `\big`, with the class of its bracket.
    Big(Option<Class>),
    Not,
    OperatorName,
    /// `\mathrel` and the like.
    Classed(Class),
    Boxed,
    Struck,
    /// Takes up its space, except for its height or its width.
    Phantom {
        wide: bool,
    },
    Tag,
    /// `\pmod`.
    Modulo,
    Lines,
    Begin,
}

/// Names and signs, alternating.
type List = &'static str;

const ORDINARY: List = "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ \
    vartheta ϑ iota ι kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ \
    varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ \
    Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω Alpha Α Beta Β Epsilon Ε \
    Zeta Ζ Eta Η Iota Ι Kappa Κ Mu Μ Nu Ν Omicron Ο Rho Ρ Tau Τ Chi Χ digamma ϝ \
    infty ∞ partial ∂ nabla ∇ hbar ℏ hslash ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ imath ı jmath ȷ \
    emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ complement ∁ \
    angle ∠ measuredangle ∡ sphericalangle ∢ triangle △ blacktriangle ▲ triangledown ▽ square □ \
    Box □ blacksquare ■ Diamond ◇ lozenge ◊ bigstar ★ diamondsuit ♢ heartsuit ♡ clubsuit ♣ \
    spadesuit ♠ degree ° prime ′ backprime ‵ dprime ″ mho ℧ eth ð surd √ checkmark ✓ flat ♭ \
    natural ♮ sharp ♯ copyright © pounds £ euro € yen ¥ S § P ¶ cdots ⋯ ldots … dots … dotsc … \
    dotsb ⋯ dotsm ⋯ dotsi ⋯ dotso … vdots ⋮ ddots ⋱ iddots ⋰ textdegree ° textbackslash \\ \
    backslash \\ % % $ $ & & # # _ _ vert | Vert ‖ | ‖ R ℝ N ℕ Z ℤ Q ℚ C ℂ reals ℝ Reals ℝ \
    natnums ℕ AA Å aa å ss ß o ø O Ø ae æ AE Æ oe œ OE Œ qed ∎ QED ∎ \
    lbrack [ rbrack ] slash / colonequals ≔ textasciitilde ~ textmu µ ohm Ω micro µ";
const BINARY: List = "pm ± mp ∓ times × div ÷ cdot · cdotp · centerdot · ast ∗ star ⋆ circ ∘ \
    bullet • cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ \
    smallsetminus ∖ wr ≀ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ bigcirc ○ dagger † dag † \
    ddagger ‡ ddag ‡ amalg ⨿ diamond ⋄ bigtriangleup △ bigtriangledown ▽ triangleleft ◁ \
    triangleright ▷ ltimes ⋉ rtimes ⋊ bowtie ⋈ boxplus ⊞ boxtimes ⊠ boxminus ⊟ barwedge ⊼ \
    veebar ⊻ bmod mod";
const RELATIONS: List = "leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ lt < gt > leqslant ⩽ geqslant ⩾ leqq ≦ \
    geqq ≧ ll ≪ gg ≫ lll ⋘ ggg ⋙ approx ≈ approxeq ≊ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ \
    varpropto ∝ asymp ≍ doteq ≐ doteqdot ≑ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕ prec ≺ \
    succ ≻ preceq ⪯ succeq ⪰ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ \
    nsubseteq ⊈ nsupseteq ⊉ sqsubseteq ⊑ sqsupseteq ⊒ in ∈ isin ∈ ni ∋ owns ∋ notin ∉ vdash ⊢ \
    dashv ⊣ models ⊨ vDash ⊨ Vdash ⊩ perp ⊥ mid ∣ nmid ∤ parallel ∥ nparallel ∦ nleq ≰ ngeq ≱ \
    nless ≮ ngtr ≯ ncong ≇ nsim ≁ lesssim ≲ gtrsim ≳ lessgtr ≶ gtrless ≷ \
    between ≬ smile ⌣ frown ⌢ therefore ∴ because ∵ ratio ∶ \
    to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ \
    Leftrightarrow ⇔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ \
    Longleftarrow ⟸ Longleftrightarrow ⟺ implies ⟹ impliedby ⟸ iff ⟺ mapsto ↦ longmapsto ⟼ \
    uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ nearrow ↗ \
    searrow ↘ swarrow ↙ nwarrow ↖ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ \
    rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌ \
    leftrightharpoons ⇋ rightleftarrows ⇄ leftrightarrows ⇆ rightrightarrows ⇉ \
    twoheadrightarrow ↠ rightsquigarrow ⇝ leadsto ⇝ nrightarrow ↛ nleftarrow ↚ \
    nLeftrightarrow ⇎ nRightarrow ⇏ nLeftarrow ⇍ upharpoonright ↾ restriction ↾ \
    circlearrowright ↻ circlearrowleft ↺ multimap ⊸ Join ⋈ vartriangleleft ⊲ trianglelefteq ⊴ \
    rarr → Rarr ⇒ larr ← Larr ⇐ harr ↔ hArr ⇔ lrarr ↔ Harr ⇔";
const OPENING: List = "{ { lbrace { lparen ( langle ⟨ lang ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ \
    llbracket ⟦ ulcorner ⌜";
const CLOSING: List = "} } rbrace } rparen ) rangle ⟩ rang ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ \
    rrbracket ⟧ urcorner ⌝";
const FUNCTIONS: &str = "sin cos tan cot sec csc sinh cosh tanh coth sech csch arcsin arccos arctan \
    arccot arcsec arccsc arsinh arcosh artanh log ln lg exp deg dim hom ker arg sgn erf tg ctg cotg \
    cosec rank tr diag lcm Var Cov";
const LIMITS: &str = "lim max min sup inf det gcd Pr argmax argmin";
const BIG: List = "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ \
    bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆";
/// Commands without visible effect.
const NOTHING: &str = "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits \
    displaylimits notag nonumber strut mathstrut null relax allowbreak nobreak break normalsize \
    small large Large LARGE huge Huge tiny footnotesize scriptsize centering noindent ! negthinspace \
    negmedspace negthickspace / hfill hskip kern protect boldmath unboldmath";

/// Looks up a command by its name without the backslash.
pub(super) fn command(name: &str) -> Option<MathCommand> {
    static TABLE: LazyLock<HashMap<&'static str, MathCommand>> = LazyLock::new(table);
    TABLE.get(name).copied()
}

fn table() -> HashMap<&'static str, MathCommand> {
    let mut table = HashMap::new();
    let signs = [
        (ORDINARY, Class::Ordinary),
        (BINARY, Class::Binary),
        (RELATIONS, Class::Relation),
        (OPENING, Class::Opening),
        (CLOSING, Class::Closing),
    ];
    for (list, class) in signs {
        table.extend(pairs(list).map(|(name, sign)| (name, MathCommand::Sign(sign, class))));
    }
    table.extend(pairs(BIG).map(|(name, sign)| (name, MathCommand::Named(sign, Class::Big, true))));
    for name in LIMITS.split_whitespace() {
        table.insert(name, MathCommand::Named(name, Class::Big, true));
    }
    for name in FUNCTIONS.split_whitespace() {
        table.insert(name, MathCommand::Named(name, Class::Function, false));
    }
    table.extend(NOTHING.split_whitespace().map(|name| (name, MathCommand::Nothing)));
    table.extend(OTHERS);
    table.extend(BUILT);
    table.extend(SPACES);
    table.extend(ACCENTS.map(|(name, mark, wide)| {
        let spoken = match name {
            "overrightarrow" => "vec",
            "overleftrightarrow" => "line",
            "overarc" | "overparen" | "wideparen" => "arc",
            name => name.strip_prefix("wide").unwrap_or(name),
        };
        (name, MathCommand::Accent(Accent { mark, name: spoken, wide }))
    }));
    table.extend(
        ARROWS.map(|(name, left, line, right)| {
            (name, MathCommand::Arrow(Shaft { left, line, right }))
        }),
    );
    table
}

/// Iterates over the pairs of a list.
fn pairs(list: List) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = list.split_whitespace();
    std::iter::from_fn(move || Some((words.next()?, words.next()?)))
}

const OTHERS: [(&str, MathCommand); 26] = [
    ("limsup", MathCommand::Named("lim sup", Class::Big, true)),
    ("liminf", MathCommand::Named("lim inf", Class::Big, true)),
    ("varlimsup", MathCommand::Named("lim sup", Class::Big, true)),
    ("varliminf", MathCommand::Named("lim inf", Class::Big, true)),
    ("injlim", MathCommand::Named("inj lim", Class::Big, true)),
    ("projlim", MathCommand::Named("proj lim", Class::Big, true)),
    ("int", MathCommand::Integral("∫", 1)),
    ("intop", MathCommand::Integral("∫", 1)),
    ("iint", MathCommand::Integral("∬", 2)),
    ("iiint", MathCommand::Integral("∭", 3)),
    ("oint", MathCommand::Integral("∮", 0)),
    ("oiint", MathCommand::Integral("∯", 0)),
    ("oiiint", MathCommand::Integral("∰", 0)),
    ("smallint", MathCommand::Integral("∫", 0)),
    ("colon", MathCommand::Sign(":", Class::Punctuation)),
    ("dblcolon", MathCommand::Sign("∷", Class::Relation)),
    ("left", MathCommand::Left),
    ("middle", MathCommand::Middle),
    ("begin", MathCommand::Begin),
    ("not", MathCommand::Not),
    ("label", MathCommand::Dropped),
    ("color", MathCommand::Dropped),
    ("vspace", MathCommand::Dropped),
    ("hspace", MathCommand::Dropped),
    ("textcolor", MathCommand::Coloured),
    ("colorbox", MathCommand::Coloured),
];

const BUILT: [(&str, MathCommand); 77] = [
    ("text", MathCommand::Text),
    ("textrm", MathCommand::Text),
    ("textbf", MathCommand::Text),
    ("textit", MathCommand::Text),
    ("textsf", MathCommand::Text),
    ("texttt", MathCommand::Text),
    ("textnormal", MathCommand::Text),
    ("textup", MathCommand::Text),
    ("textsc", MathCommand::Text),
    ("mbox", MathCommand::Text),
    ("hbox", MathCommand::Text),
    ("emph", MathCommand::Text),
    ("mathrm", MathCommand::Font(Font::Plain)),
    ("mathit", MathCommand::Font(Font::Plain)),
    ("mathsf", MathCommand::Font(Font::Plain)),
    ("mathtt", MathCommand::Font(Font::Plain)),
    ("mathnormal", MathCommand::Font(Font::Plain)),
    ("mathup", MathCommand::Font(Font::Plain)),
    ("mathbf", MathCommand::Font(Font::Bold)),
    ("boldsymbol", MathCommand::Font(Font::Bold)),
    ("bm", MathCommand::Font(Font::Bold)),
    ("symbf", MathCommand::Font(Font::Bold)),
    ("pmb", MathCommand::Font(Font::Bold)),
    ("mathbb", MathCommand::Font(Font::Double)),
    ("Bbb", MathCommand::Font(Font::Double)),
    ("mathcal", MathCommand::Font(Font::Script)),
    ("mathscr", MathCommand::Font(Font::Script)),
    ("mathfrak", MathCommand::Font(Font::Fraktur)),
    ("rm", MathCommand::Switch(Font::Plain)),
    ("it", MathCommand::Switch(Font::Plain)),
    ("sf", MathCommand::Switch(Font::Plain)),
    ("bf", MathCommand::Switch(Font::Bold)),
    ("cal", MathCommand::Switch(Font::Script)),
    ("frac", MathCommand::Fraction { small: false }),
    ("dfrac", MathCommand::Fraction { small: false }),
    ("cfrac", MathCommand::Fraction { small: false }),
    ("tfrac", MathCommand::Fraction { small: true }),
    ("sfrac", MathCommand::Fraction { small: true }),
    ("nicefrac", MathCommand::Fraction { small: true }),
    ("binom", MathCommand::Binomial),
    ("dbinom", MathCommand::Binomial),
    ("tbinom", MathCommand::Binomial),
    ("sqrt", MathCommand::Root),
    ("overline", MathCommand::Ruled(VerticalSide::Over)),
    ("underline", MathCommand::Ruled(VerticalSide::Under)),
    ("underbar", MathCommand::Ruled(VerticalSide::Under)),
    ("overbrace", MathCommand::Brace(VerticalSide::Over)),
    ("underbrace", MathCommand::Brace(VerticalSide::Under)),
    ("overset", MathCommand::Set(VerticalSide::Over)),
    ("stackrel", MathCommand::Set(VerticalSide::Over)),
    ("underset", MathCommand::Set(VerticalSide::Under)),
    ("big", MathCommand::Big(None)),
    ("Big", MathCommand::Big(None)),
    ("bigg", MathCommand::Big(None)),
    ("Bigg", MathCommand::Big(None)),
    ("bigl", MathCommand::Big(Some(Class::Opening))),
    ("Bigl", MathCommand::Big(Some(Class::Opening))),
    ("biggl", MathCommand::Big(Some(Class::Opening))),
    ("Biggl", MathCommand::Big(Some(Class::Opening))),
    ("bigr", MathCommand::Big(Some(Class::Closing))),
    ("Bigr", MathCommand::Big(Some(Class::Closing))),
    ("biggr", MathCommand::Big(Some(Class::Closing))),
    ("Biggr", MathCommand::Big(Some(Class::Closing))),
    ("bigm", MathCommand::Big(Some(Class::Relation))),
    ("Bigm", MathCommand::Big(Some(Class::Relation))),
    ("biggm", MathCommand::Big(Some(Class::Relation))),
    ("Biggm", MathCommand::Big(Some(Class::Relation))),
    ("operatorname", MathCommand::OperatorName),
    ("boxed", MathCommand::Boxed),
    ("fbox", MathCommand::Boxed),
    ("cancel", MathCommand::Struck),
    ("bcancel", MathCommand::Struck),
    ("phantom", MathCommand::Phantom { wide: true }),
    ("hphantom", MathCommand::Phantom { wide: true }),
    ("vphantom", MathCommand::Phantom { wide: false }),
    ("tag", MathCommand::Tag),
    ("substack", MathCommand::Lines),
];

const SPACES: [(&str, MathCommand); 22] = [
    (",", MathCommand::Space(1)),
    (":", MathCommand::Space(1)),
    (";", MathCommand::Space(1)),
    (">", MathCommand::Space(1)),
    (" ", MathCommand::Space(1)),
    ("\n", MathCommand::Space(1)),
    ("thinspace", MathCommand::Space(1)),
    ("medspace", MathCommand::Space(1)),
    ("thickspace", MathCommand::Space(1)),
    ("space", MathCommand::Space(1)),
    ("nobreakspace", MathCommand::Space(1)),
    ("enspace", MathCommand::Space(1)),
    ("quad", MathCommand::Space(2)),
    ("qquad", MathCommand::Space(4)),
    ("pmod", MathCommand::Modulo),
    ("smash", MathCommand::Itself),
    ("ensuremath", MathCommand::Itself),
    ("mathord", MathCommand::Classed(Class::Ordinary)),
    ("mathop", MathCommand::Classed(Class::Big)),
    ("mathbin", MathCommand::Classed(Class::Binary)),
    ("mathrel", MathCommand::Classed(Class::Relation)),
    ("mathinner", MathCommand::Itself),
];

const TO: Wide = Wide::Drawn("", "─", "→");
const FROM: Wide = Wide::Drawn("←", "─", "");
const BOTH: Wide = Wide::Drawn("←", "─", "→");
const ACCENTS: [(&str, char, Wide); 21] = [
    ("hat", '\u{302}', Wide::Centred("^")),
    ("widehat", '\u{302}', Wide::Centred("^")),
    ("vec", '\u{20D7}', TO),
    ("overrightarrow", '\u{20D7}', TO),
    ("overleftarrow", '\u{20D6}', FROM),
    ("overleftrightarrow", '\u{20E1}', BOTH),
    ("bar", '\u{304}', Wide::Drawn("", "▁", "")),
    ("dot", '\u{307}', Wide::Centred("˙")),
    ("ddot", '\u{308}', Wide::Centred("¨")),
    ("dddot", '\u{20DB}', Wide::Centred("⋯")),
    ("tilde", '\u{303}', Wide::Centred("~")),
    ("widetilde", '\u{303}', Wide::Centred("~")),
    ("check", '\u{30C}', Wide::Centred("ˇ")),
    ("widecheck", '\u{30C}', Wide::Centred("ˇ")),
    ("breve", '\u{306}', Wide::Centred("˘")),
    ("acute", '\u{301}', Wide::Centred("´")),
    ("grave", '\u{300}', Wide::Centred("`")),
    ("mathring", '\u{30A}', Wide::Centred("˚")),
    ("overarc", '\u{311}', Wide::Drawn("╭", "─", "╮")),
    ("wideparen", '\u{311}', Wide::Drawn("╭", "─", "╮")),
    ("overparen", '\u{311}', Wide::Drawn("╭", "─", "╮")),
];

const ARROWS: [(&str, &str, &str, &str); 8] = [
    ("xrightarrow", "", "─", "→"),
    ("xleftarrow", "←", "─", ""),
    ("xleftrightarrow", "←", "─", "→"),
    ("xRightarrow", "", "═", "⇒"),
    ("xLeftarrow", "⇐", "═", ""),
    ("xLeftrightarrow", "⇐", "═", "⇒"),
    ("xlongequal", "", "═", ""),
    ("xmapsto", "├", "─", "→"),
];

const MARKS: [(&str, Class); 8] = [
    ("+×÷±∓·∗∘•∩∪∖⊕⊖⊗⊙∧∨−", Class::Binary),
    ("=<>≤≥≠≈≡∼≃≅∝≪≫∈∉∋⊂⊃⊆⊇⊥∥∣→←↔⇒⇐⇔⟶⟹⟸⟺↦⇌≔:", Class::Relation),
    ("([{⟨⌊⌈", Class::Opening),
    (")]}⟩⌋⌉!?", Class::Closing),
    (",;", Class::Punctuation),
    ("∑∏∐⋃⋂⋁⋀", Class::Big),
    ("∫∬∭∮", Class::Big),
    ("-*", Class::Binary),
];

/// The class of a character.
pub(super) fn class_of_mark(mark: &str) -> Class {
    let mut chars = mark.chars();
    let (Some(letter), None) = (chars.next(), chars.next()) else { return Class::Ordinary };
    let found = MARKS.iter().find(|(marks, _)| marks.contains(letter));
    found.map_or(Class::Ordinary, |(_, class)| *class)
}

/// The negated form of a sign, if Unicode has one.
pub(super) fn negated(sign: &str) -> Option<&'static str> {
    const NEGATED: List = "= ≠ ∈ ∉ ∋ ∌ < ≮ > ≯ ≤ ≰ ≥ ≱ ≡ ≢ ∼ ≁ ≃ ≄ ≅ ≇ ≈ ≉ ⊂ ⊄ ⊃ ⊅ ⊆ ⊈ ⊇ ⊉ ∥ ∦ ∣ ∤ \
        ∃ ∄ → ↛ ← ↚ ↔ ↮ ⇒ ⇏ ⇐ ⇍ ⇔ ⇎ ≺ ⊀ ≻ ⊁ ⊢ ⊬ ⊨ ⊭ ≶ ≸ ≷ ≹ ≲ ≴ ≳ ≵";
    pairs(NEGATED).find_map(|(plain, crossed)| (plain == sign).then_some(crossed))
}

/// Whether a bracket can only close.
pub(super) fn is_closing_bracket(text: &str) -> bool {
    matches!(text, ")" | "]" | "}" | "⟩" | "⌋" | "⌉" | "⟧")
}

/// The bracket after `\left`, `\right`, `\big`, by its character or command. `.` is the empty one.
pub(super) fn bracket(name: &str) -> Option<&'static str> {
    const BRACKETS: List = "( ( ) ) [ [ ] ] { { } } | | / / < ⟨ > ⟩ lbrace { rbrace } lbrack [ \
        rbrack ] langle ⟨ rangle ⟩ lang ⟨ rang ⟩ vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ \
        lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ backslash \\ uparrow ↑ downarrow ↓ ‖ ‖ ⟨ ⟨ ⟩ ⟩ \
        llbracket ⟦ rrbracket ⟧";
    if name == "." {
        return Some("");
    }
    pairs(BRACKETS).find_map(|(written, sign)| (written == name).then_some(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_thing() {
        let lists = [ORDINARY, BINARY, RELATIONS, OPENING, CLOSING, BIG];
        let mut names: Vec<&str> =
            lists.iter().flat_map(|list| pairs(list).map(|(name, _)| name)).collect();
        names.extend(LIMITS.split_whitespace().chain(FUNCTIONS.split_whitespace()));
        names.extend(NOTHING.split_whitespace());
        names.extend(OTHERS.map(|(name, _)| name));
        names.extend(BUILT.map(|(name, _)| name));
        names.extend(SPACES.map(|(name, _)| name));
        names.extend(ACCENTS.map(|(name, ..)| name));
        names.extend(ARROWS.map(|(name, ..)| name));
        let count = names.len();
        names.sort_unstable();
        let twice: Vec<&str> =
            names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(twice, [""; 0]);
        assert_eq!(count, table().len());
        for list in lists {
            assert_eq!(list.split_whitespace().count() % 2, 0, "{list}");
        }
    }
}
