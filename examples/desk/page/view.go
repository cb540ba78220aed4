package page

import "strings"

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
	Lead    string // which day it is, and how much there is
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
	Name, Label, Hint string // without a label it is not shown, and sent as it is
	Value             string
	Wrong             string   // what to put right; never what would be right
	Choices           []Choice // empty is a line of text
	Many              bool     // several may be chosen
	Lines             int      // of a long text
	Short             bool     // a few characters, as a time or a number of minutes
	Keys              string   // which keys a telephone shows: numeric, tel, email
	Secret            bool     // is not shown while it is typed
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

// An Answer is what was found of one criterion, or of one need.
type Answer struct {
	Tag  Tag
	Text string
	Do   Link // what can be done about it
}

// Person is the page about somebody, for whoever works with them.
type Person struct {
	Name      string
	Tag       Tag
	Next      string // the next step
	Danger    string // of an open concern: what, who holds it, since when, until when
	Act       Link   // what is done about it
	Do        Form   // the same at once, where it needs no page of its own
	Facts     []Fact
	Concerns  []Entry
	Own       string // what matters to them, in their words
	Goals     []Fact
	Goal      Form // sets or reviews a goal
	Needs     []Answer
	Going     []Fact
	Measures  []Series
	Story     []Entry // the newest first; past ten it is folded
	Notes     []Entry
	Hidden    []string // what the reader may not see
	Told      []Fact   // who was told what
	NotYet    string   // what cannot be done yet, and what must come first
	Note, Ask Form     // a note; a concern
	Links     []Link   // to other pages about them
}

// An Option is a service that could help.
type Option struct {
	Name, Where string
	Because     []string
	Ask         []string // what nobody has stated, and who can answer
	Room        string
	Until       string // the day until which its money is sure
	Form        Form   // chooses it
}

// A Miss is a service that would fit after one change.
type Miss struct{ Name, If, Who string }

// Options are what could help somebody with one need.
type Options struct {
	Title   string
	Lead    string
	Facts   []Fact // what they can do, bear and pay
	Wait    string // why nothing should be offered yet
	Fits    []Option
	Misses  []Miss
	Others  []Fact // what stands first in the way of the rest, and of how many
	Order   string // how the order was made
	Missing Form   // writes down that nothing was found
}

// Offer is what a provider will be told, before it is.
type Offer struct {
	Title         string
	Agreed        string   // when and how the person agreed to it
	Now, Yes, Not []string // told now, at the yes, and never
	AnswerBy      string   // a day in words
	Keep          bool     // a place is kept, for exactly as long as the answer may take
	Next          string   // who is asked after a no
	Form          Form
}

// Provider is what a service sees by a link, without an account.
type Provider struct {
	Title   string
	By      string // the day by which an answer is due
	AskedBy string
	Facts   []Fact
	Form    Form
	Said    string // what was answered before
	Agreed  string // what they get once they have said yes
	Attend  Form
	Finish  Form // once something has begun
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

// bar is how wide the picture of a load is.
const bar = 160

// Full returns how much of the bar the points take.
func (l Load) Full() int { return bar * max(l.Points, 0) / max(l.Points, l.Cap, 1) }

// Most returns where on the bar the cap stands.
func (l Load) Most() int { return bar * max(l.Cap, 0) / max(l.Points, l.Cap, 1) }

// Lead is a lead's morning.
type Lead struct {
	Title   string
	Lead    string
	Now     []Step
	Loads   []Load
	Waiting []Step
	Over    Form // hands cases over
	Became  string
}

// A Count is how many there are of something.
type Count struct{ Number, Of string }

// An Offered is somebody whom a worker would not take, and who has them meanwhile.
type Offered struct {
	Who    Link
	Said   Tag
	Holder string
	Form   Form // asks somebody else
}

// HandOver is how far the hand-over of a caseload has come. Nobody is without a holder, and the
// counts say so.
type HandOver struct {
	Title, Lead string
	Counts      []Count
	Refused     []Offered
	Open        []Step // not answered yet
	Taken       []Entry
	Told        string // what the people themselves are told
	Form        Form
}

// A Call is somebody to ring.
type Call struct {
	Who, Phone string
	When       string // their hours; empty is at any hour
}

// Crisis is what to do now about somebody's safety: whom to ring first, who holds the risk
// meanwhile, and what was said.
type Crisis struct {
	Title   string
	Held    string // who holds it, since when, until when
	Now     []string
	Calls   []Call
	Said    []Entry
	Message string // that is ready for the practice
	Form    Form   // the answer
}

// A Headline is one number with what it is a share of, and its interval.
type Headline struct{ Value, Of, Between, Name string }

// A Table is numbers that are compared. The first cell of a row is its head.
type Table struct {
	Name    string
	Text    string // what stands in it, and of whom
	Columns []string
	Rows    [][]string
	Note    string
}

// Numbers reports whether a column holds numbers.
func (t Table) Numbers(column int) bool {
	for _, row := range t.Rows {
		if column < len(row) && row[column] != "" && strings.Trim(row[column], "0123456789,.% £") == "" {
			return true
		}
	}
	return false
}

// Wide reports whether a table may be wider than a telephone.
func (t Table) Wide() bool { return len(t.Columns) > 3 }

// A Target is what a scheme has set itself, with what came of it. "Cannot tell" is a verdict.
type Target struct {
	Name, Value, Between, Of, Aim string
	Verdict                       Tag
}

// Board is how a scheme does.
type Board struct {
	Title, AsOf string
	Headlines   []Headline
	Decide      string // what it is for the board to decide
	Targets     []Target
	Tables      []Table
	Report      Link
}

// Mine is a person's own page. It says nothing of concerns, whoever reads along.
type Mine struct {
	Name   string
	Next   string // what comes next
	Worker string
	Phone  string // of the worker
	Help   []Fact // what they can go to: what it is, where, what it costs
	Own    string // what they told us
	Story  []Entry
	Told   []Fact
	Stop   Form
	Links  []Link // to change who may know, to a copy of everything
	Lead   string // whom to complain to, and how
}

// Stop is what would become of it if a person stopped something, before they do. It is a page
// of their own.
type Stop struct {
	Title   string
	Effects []string // what would end
	Stays   []string // what would stay as it is
	Form    Form
	Back    Link // to change nothing
}

// Ask asks one thing that has no page of its own.
type Ask struct {
	Title, Text string
	Own         bool   // it is one of a person's own pages
	Facts       []Fact // to be known before it is answered
	Form        Form
	Other       Form // what to say instead, where the question cannot be answered
	Links       []Link
}

// People are those whom somebody works with, or has referred.
type People struct {
	Title, Lead string
	Find        Form
	People      []Step
	None        string // what to say where there is nobody
}

// Notice says one thing: that it is done, that nothing is there, that somebody was faster, that it
// cannot be saved just now. It keeps what was typed.
type Notice struct {
	Title, Text string
	Risk, Good  bool
	Own         bool // it is one of a person's own pages
	Facts       []Fact
	Next        []string // what happens next
	Kept        []Fact   // what was typed, to be copied or sent again
	Now         []Fact   // what is there now, where somebody was faster; it stands beside it
	Form        Form     // sends it again
	Links       []Link
}

func (v Today) heading() string    { return v.Title }
func (v Check) heading() string    { return v.Title }
func (v Person) heading() string   { return v.Name }
func (v Options) heading() string  { return v.Title }
func (v Offer) heading() string    { return v.Title }
func (v Provider) heading() string { return v.Title }
func (v Lead) heading() string     { return v.Title }
func (v HandOver) heading() string { return v.Title }
func (v Crisis) heading() string   { return v.Title }
func (v Board) heading() string    { return v.Title }
func (v Mine) heading() string     { return v.Name }
func (v Stop) heading() string     { return v.Title }
func (v Ask) heading() string      { return v.Title }
func (v People) heading() string   { return v.Title }
func (v Notice) heading() string   { return v.Title }
func (Refer) heading() string      { return "" }

func (Today) template() string    { return "today" }
func (Refer) template() string    { return "refer" }
func (Check) template() string    { return "check" }
func (Person) template() string   { return "person" }
func (Options) template() string  { return "options" }
func (Offer) template() string    { return "offer" }
func (Provider) template() string { return "provider" }
func (Lead) template() string     { return "lead" }
func (HandOver) template() string { return "handover" }
func (Crisis) template() string   { return "crisis" }
func (Board) template() string    { return "board" }
func (Mine) template() string     { return "mine" }
func (Stop) template() string     { return "stop" }
func (Ask) template() string      { return "ask" }
func (People) template() string   { return "people" }
func (Notice) template() string   { return "notice" }
