package simulation

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Scenario is a scheme and its surroundings: what nobody decides in the time that is
// simulated. It is data, and a run does not change it.
type Scenario struct {
	Start  sp.Date // the first day
	Days   int     // how many days are played
	Groups []Group
	Teams  []Team
	Supply []Supply
	Way    Way
	Money  *Money // that pays for link workers; nil leaves the posts of the teams as they are

	Sources []Source  // of the numbers of Way, as a [Preset] has them; what has none is in [Result].Assumed
	Waiting []Waiting // who wait for a first conversation on the first day; see [WaitingOf]

	// Arrivals are recorded referrals, which come beside those that the groups draw by their rates:
	// with [Recording.Arrivals] and rates of 0 a log is played again.
	Arrivals []Arrival
}

// A Group is a number of people who are referred from one place, and who are alike in what
// decides where they can go: age, home, and what they can bear. They differ in what they need,
// how urgent it is, how patient they are, and in luck.
type Group struct {
	Name    string       // unlike that of any other group
	Source  string       // the route, as in [referral.Submission]
	From    directory.ID // the practice or other place that refers them
	Team    string       // whose link workers see them
	Profile person.Profile
	PerWeek []Rate // referrals a week, at random
	Urgency []Chance[referral.Urgency]
	Needs   []Chance[needs.Code] // what they are referred for

	// Modes are in which way they would rather take help; none is any way.
	Modes []Chance[directory.Mode]
}

// A Rate is the mean number of referrals a week from a day on, until the next rate.
type Rate struct {
	From    sp.Date
	PerWeek float64
}

// A Chance is a value and how likely it is beside the others of its list.
type Chance[T any] struct {
	Value  T
	Weight float64
}

// A Team is the link workers of an area.
type Team struct {
	Name  string // with [Money], the code of its area
	Posts int    // at the beginning, all of them filled
	Cap   int    // what one worker carries at the most, in hundredths of a point of [caseload.Scale]
}

// A Supply is an offer of the directory, and how many people it takes.
type Supply struct {
	Offer    directory.Offer
	Places   int      // people at the same time
	Sessions int      // of one course
	Gap      int      // days from one session to the next
	Starts   int      // days from one start to the next; 0 is that people may begin at any time
	Funded   []Funded // when it is paid for, as [PaidBy] has it of contracts; none is always

	// Least is how many it takes to begin a course: who has a place waits until there are so
	// many, and those who come later wait for the next course. 0 and 1 are that each begins alone.
	Least int

	// Forms is how many people must wait whom the offer would help before it is there at all:
	// a group that forms where demand is. Waiting is looked through once a week. 0 is that it
	// is there from the first day.
	Forms int

	Volunteers *Volunteers // who run it without pay; nil is nobody
}

// Funded is a time for which an offer is paid, both days included.
type Funded struct{ From, Until sp.Date }

// Way says how people and services behave. Shares are from 0 to 1, times in days.
type Way struct {
	TriageDays    queue.Distribution // from receipt to the yes or no of the scheme
	Declined      float64            // share of referrals to which the scheme says no
	Patience      queue.Distribution // after so many days without a link worker people withdraw; nil is never
	Answers       float64            // share of attempts in which the person is reached
	Attempts      int                // after so many in vain the case is closed
	AttemptDays   queue.Distribution // from the yes to the first attempt, and from one to the next
	Contacts      queue.Distribution // conversations, the first included
	ContactDays   queue.Distribution // from one conversation to the next
	WantsService  float64            // share of the people who were spoken to that want to go somewhere
	Options       int                // how many offers are considered for a person, the best ones
	PlacePatience queue.Distribution // after so many days without a place people give up; nil is never
	ReplyDays     queue.Distribution // from asking a provider to their answer
	Accepts       float64            // share of requests to which the provider says yes
	Attendance    Attendance
	StopAfter     int                // after so many sessions missed in a row people leave; 0 is never
	Met           float64            // share of finished courses after which the need is met
	Tenure        queue.Distribution // days that a link worker stays; nil is for ever
	Vacancy       queue.Distribution // days until a post is filled again, or for the first time; nil is none
	Concerns      []Concern          // about somebody's safety, that come out in conversations; at most eight
	Closure       queue.Distribution // days after which a provider closes for good, drawn for each; nil is never
	Outcome       *Outcome           // what people answer at the start and later; nil is that nobody asks
}

// Attendance says how likely people come to a session. From Base is taken away what stands in
// the way: people come less often who waited long, who live far away, who pay, who take help
// in another way than they would like, or who have lost a place before.
type Attendance struct {
	Base          float64
	PerWeekWaited float64 // for each week from the wish to the place
	PerTenMinutes float64 // for each ten minutes of travel one way
	PerTenPounds  float64 // for each ten pounds, or units of another currency, that it costs the person, fares included
	OtherMode     float64 // where the mode is not the one that the person would rather have; see [Group].Modes
	AfterCut      float64 // once a place of theirs has been cut
}

// A Concern is a worry about somebody's safety that can come out in a conversation. Until a
// team has taken it over it is work for the link worker: the case weighs what [caseload.Scale]
// says of flags and crises, and is not closed.
type Concern struct {
	Kind  concern.Kind
	Share float64            // of conversations in which it comes out
	Days  queue.Distribution // until a team has taken it over
}

// Volunteers run an offer without pay. As many people have a place as the hours of those who
// are there suffice for, and never more than the places of the offer.
//
// That volunteers tire of people who are sent to them without money is a hazard of social
// prescribing that link workers and charities tell of; no rate has been published. Tiring is
// therefore yours to assume, and without it nobody tires.
type Volunteers struct {
	Number  int     // on the first day
	Gives   float64 // hours a week of each
	Takes   float64 // of these, for each person who has a place
	Leaving float64 // share of them who stop in a week, whatever is asked of them
	Tiring  float64 // share who stop beyond that in a week in which all their hours are taken; less in proportion
	Joining float64 // mean number of new ones in a week
}

// Money is what is paid for link workers, divided among areas once a year, or once a quarter,
// from the first day on. Each amount pays for whole posts of the team that is named after the area; what is left
// of it is not spent.
type Money struct {
	Areas *area.Table
	Years []sp.Money // a total each; after the last, the last again
	Post  sp.Money   // what a post costs in a year

	// Quarters are totals for each quarter of a year, instead of Years.
	Quarters []sp.Money
}

// totals returns the totals, and how many of them there are in a year.
func (m *Money) totals() (totals []sp.Money, aYear int64) {
	if len(m.Quarters) > 0 {
		return m.Quarters, 4
	}
	return m.Years, 1
}

// A Placing says when places are given out.
type Placing string

const (
	// Weekly gives places out once a week, to all who wait together: by priority, and so that the
	// sum of what the places cost people is the least.
	Weekly Placing = ""
	// AtOnce gives a person the best place that is free when they ask, and a place that becomes
	// free to whoever has waited longest for it.
	AtOnce Placing = "at-once"
)

// A Sharing says what is known of the places that are free.
type Sharing string

const (
	// Live is that it is known at every moment how many places of each offer are free.
	Live Sharing = ""
	// Asking is that nobody knows before they have asked. A provider who is full says so when they
	// answer; the person then looks further, and once all have said so asks again the week after.
	Asking Sharing = "asking"
	// Learning is Asking by a scheme that keeps the answers: who said lately that they are full is
	// not asked for anybody while [directory.Observed.HasRoom] believes it, and options are put in
	// order by how often each has said yes.
	Learning Sharing = "learning"
)

// A Policy is what can be decided. The zero Policy is strict urgency, places weekly, all of them
// known, and the posts of the scenario.
type Policy struct {
	Ageing  int // days of waiting after which somebody counts as one class more urgent; 0 is never
	Placing Placing
	Sharing Sharing
	Shares  funding.Policy // how the money of the scenario is divided; used only where there is some

	// PerPlace is paid to a provider for each person who begins there. With any, volunteers do
	// not tire: see [Volunteers].
	PerPlace sp.Money
}
