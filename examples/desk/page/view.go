package page

// A Tag is a word that stands out. Its colour repeats the word: Risk is red, Late amber, Good green.
type Tag struct {
	Kind Kind
	Text string
}

// A Kind is how a tag is meant.
type Kind string

// Kinds of tags. Risk is danger to a person, and nothing else.
const (
	Plain Kind = ""
	Risk  Kind = "risk"
	Late  Kind = "late"
	Good  Kind = "good"
)

// A Step is a line of a working day: who, why now, the next step, and by when.
type Step struct {
	Who  Link
	Tag  Tag
	Why  string
	Next Link
	Safe string // the safe number, its hours, and whether a message may be left
	By   string
}

// Today is a link worker's day, in one order.
type Today struct {
	Title   string
	Now     []Step // about somebody's safety: never folded
	Due     []Step
	Coming  []Step // folded
	Without []Step // nobody has set a next step for them
	More    Link   // the rest of a long list
	Unread  string // what could not be read, and whom to ring; an empty list is then no good news
}

// A Fact is one line of what is known.
type Fact struct {
	Name, Value string
	Change      Link
}

// An Entry is something that happened.
type Entry struct{ When, Text string }

// A Choice is something that can be ticked or chosen.
type Choice struct {
	Value, Text, Hint string
	Chosen            bool
}

// A Field is one question of a form, with what was typed and what is wrong with it.
type Field struct {
	Name, Label, Hint string
	Value             string
	Wrong             string   // what to put right; never what would be right
	Choices           []Choice // empty is a line of text
	Many              bool     // several may be chosen
	Lines             int      // of a long text
}

// A Form is what is asked. What is wrong with it stands first, with a link to each field.
type Form struct {
	To     string // the path that it is posted to
	Fields []Field
	Button string
	Risk   bool // the button is about somebody's safety
	Quiet  bool // the button is not the first of the page
}

// Wrong returns the fields with something to put right.
func (f Form) Wrong() (all []Field) {
	for _, x := range f.Fields {
		if x.Wrong != "" {
			all = append(all, x)
		}
	}
	return all
}

// Refer is the form of a practice.
type Refer struct{ Form Form }

// Check is what a practice sees before anything is sent.
type Check struct {
	Title   string
	Answers []Answer
	By      string // by when somebody speaks to the person
	Sent    []Fact
	Form    Form // the fields, hidden, and the button that sends; without a button it does not fit
}

// An Answer is what was found of one criterion.
type Answer struct {
	Tag  Tag
	Text string
}

// Person is the page about somebody, for whoever works with them.
type Person struct {
	Name      string
	Tag       Tag
	Next      string // the next step
	Danger    string // of an open concern: what, who holds it, since when, until when
	Act       Link   // what is done about it
	Facts     []Fact
	Concerns  []Entry
	Own       string // what matters to them, in their words
	Needs     []Answer
	Going     []Fact
	Measures  []Series
	Story     []Entry // the newest first; past ten it is folded
	Notes     []Entry
	Hidden    []string // what the reader may not see
	Told      []Fact   // who was told what
	NotYet    string   // what cannot be done yet, and what must come first
	Note, Ask Form     // a note; a concern
}

// An Option is a service that could help.
type Option struct {
	Name, Where string
	Because     []string
	Ask         []string // what nobody has stated, and who can answer
	Room        string
	Form        Form // chooses it
}

// A Miss is a service that would fit after one change.
type Miss struct{ Name, If, Who string }

// Options are what could help somebody with one need.
type Options struct {
	Title  string
	Wait   string // why nothing should be offered yet
	Fits   []Option
	Misses []Miss
}

// Offer is what a provider will be told, before it is.
type Offer struct {
	Title          string
	Now, Yes, Not  []string // told now, at the yes, and never
	AnswerBy, Kept string   // days in words; the place is kept at least until the answer is due
	Form           Form
}

// Provider is what a service sees by a link, without an account.
type Provider struct {
	Title   string
	AskedBy string
	Facts   []Fact
	Form    Form
	Said    string // what was answered before
	Attend  Form
}

// A Load is what a worker carries.
type Load struct {
	Who         Link
	People      int
	Points, Cap int
	Room        Tag
	Risk        string // concerns that they hold
	Supervision Tag
}

// Lead is a lead's morning.
type Lead struct {
	Title   string
	Now     []Step
	Loads   []Load
	Waiting []Step
	Over    Form // hands cases over
}

// A Headline is one number with what it is a share of, and its interval.
type Headline struct{ Value, Of, Between, Name string }

// A Table is numbers that are compared. The first cell of a row is its head.
type Table struct {
	Name    string
	Columns []string
	Rows    [][]string
	Note    string
}

// Board is how a scheme does.
type Board struct {
	Title, AsOf string
	Headlines   []Headline
	Tables      []Table
	Report      Link
}

// Mine is a person's own page. It says nothing of concerns, whoever reads along.
type Mine struct {
	Name   string
	Next   string // what comes next
	Worker string
	Phone  string // of the worker
	Story  []Entry
	Told   []Fact
	Stop   Form
	Lead   string // whom to complain to, and how
}

// Notice says one thing: that nothing is there, that somebody was faster, that it cannot be saved
// just now. It keeps what was typed.
type Notice struct {
	Title, Text string
	Risk        bool
	Kept        []Fact // what was typed, to be copied or sent again
	Now         []Fact // what is there now, where somebody was faster
	Form        Form   // sends it again
	Links       []Link
}

// Ask asks one thing that has no page of its own.
type Ask struct {
	Title, Text string
	Facts       []Fact // to be known before it is answered
	Form        Form
	Links       []Link
}

func (v Today) heading() string    { return v.Title }
func (v Check) heading() string    { return v.Title }
func (v Person) heading() string   { return v.Name }
func (v Options) heading() string  { return v.Title }
func (v Offer) heading() string    { return v.Title }
func (v Provider) heading() string { return v.Title }
func (v Lead) heading() string     { return v.Title }
func (v Board) heading() string    { return v.Title }
func (v Mine) heading() string     { return v.Name }
func (v Notice) heading() string   { return v.Title }
func (v Ask) heading() string      { return v.Title }
func (Refer) heading() string      { return "" }

func (Today) template() string    { return "today" }
func (Refer) template() string    { return "refer" }
func (Check) template() string    { return "check" }
func (Person) template() string   { return "person" }
func (Options) template() string  { return "options" }
func (Offer) template() string    { return "offer" }
func (Provider) template() string { return "provider" }
func (Lead) template() string     { return "lead" }
func (Board) template() string    { return "board" }
func (Mine) template() string     { return "mine" }
func (Notice) template() string   { return "notice" }
func (Ask) template() string      { return "ask" }
