package words

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/transition"
)

// A Topic is what codes are of: the same code can mean different things, such as
// "open" of an assessment and as what somebody does to one.
type Topic string

// The topics, each with the type of its codes where they have one.
const (
	Roles              Topic = "role"               // sp.Role
	ReferralStates     Topic = "referral-state"     // referral.State
	ReferralCommands   Topic = "referral-command"   // referral.Command
	CheckIns           Topic = "check-in"           // referral.CheckInAnswer
	Urgencies          Topic = "urgency"            // referral.Urgency
	Media              Topic = "medium"             // referral.Medium: "it reached us ..."
	Flags              Topic = "flag"               // concern.Kind
	FlagReasons        Topic = "flag-reason"        // concern.Reason
	FlagAnswers        Topic = "flag-answer"        // concern.Answer: "the team ..."
	FlagSteps          Topic = "flag-step"          // concern.Step
	Channels           Topic = "channel"            // person.Channel: "we spoke ..."
	Leaving            Topic = "leaving"            // person.Leave: "leave ..."
	Answerers          Topic = "answerer"           // person.Answerer: "... may answer"
	PlacementStates    Topic = "placement-state"    // placement.State
	PlacementCommands  Topic = "placement-command"  // placement.Command
	PlacementStandings Topic = "placement-standing" // what a state does not tell: see [WaitListed] and [Signposted]
	Levels             Topic = "level"              // placement.Level
	SessionStates      Topic = "session-state"      // session.State
	SessionCommands    Topic = "session-command"    // session.Command
	Steps              Topic = "step"               // session.Step: "the next time is ..."
	Causes             Topic = "cause"              // session.Cause: "because ..."
	Rebookings         Topic = "rebooking"          // session.Rebooking
	AssessmentStates   Topic = "assessment-state"   // needs.State
	AssessmentCommands Topic = "assessment-command" // needs.Command
	Outcomes           Topic = "outcome"            // needs.Outcome
	Means              Topic = "means"              // needs.Means: "met by ..."
	NextSteps          Topic = "next-step"          // worklist.Next
	WhyNow             Topic = "why-now"            // worklist.Why
	Classes            Topic = "class"              // worklist.Class
	Unmet              Topic = "unmet"              // unmet.Kind
	GrantStates        Topic = "grant-state"        // grant.State, of funds and awards
	FundCommands       Topic = "fund-command"       // grant.FundCommand
	AwardCommands      Topic = "award-command"      // grant.AwardCommand
	CarryRules         Topic = "carry-rule"         // grant.Carry: what becomes of money that is free at the end of a year
	Accounts           Topic = "account"            // grant.Account
	Helps              Topic = "money-help"         // grant.Help: what money was spent for on one person
	Parties            Topic = "party"              // reason.Party
	Effects            Topic = "effect"             // reason.Effect
	Reasons            Topic = "reason"             // reason.Reason by code: "because ..."
	ReasonsToPerson    Topic = "reason-to-person"   // the same, said to the person; where it is missing, Reasons serves
	Story              Topic = "story"              // sentences of a person's story, by event; parts such as {service} are filled in
	StoryNext          Topic = "story-next"         // what is to follow, by event
	ChoiceReasons      Topic = "choice-reason"      // reason.Choice: "because ..."
	Letters            Topic = "letter"             // headings and sentences of the message to whoever referred
	Dates              Topic = "date"               // "day", and the months by number
	Counts             Topic = "count"              // numbers of things: see [Table.Count]
	Fields             Topic = "field"              // what was told of somebody: see [Table.Field]
	Needs              Topic = "need"               // needs.Code, as a sentence has it
	Parts              Topic = "part"               // parts of sentences, such as "because": ", because {reason}"
	Refusals           Topic = "refusal"            // codes of decisions, such as "not-now", and of guards, such as "referral/flag-open"
)

// Codes of PlacementStandings.
const (
	WaitListed = "wait-listed" // the provider has put the person on their waiting list
	Signposted = "signposted"  // the provider knows nothing: the person has the details
)

// A Code is a code that has words.
type Code interface {
	sp.Role | referral.State | referral.Command | referral.Urgency | referral.CheckInAnswer | referral.Medium | reason.Choice | concern.Kind | concern.Reason | concern.Answer | concern.Step | person.Channel | person.Leave | person.Answerer |
		placement.State | placement.Command | placement.Level | session.State | session.Command | session.Step | session.Cause | session.Rebooking |
		needs.State | needs.Command | needs.Outcome | needs.Means | needs.Code | unmet.Kind | worklist.Next | worklist.Why | worklist.Class | reason.Party | reason.Effect |
		permissionCode | teamCode | workforceCode | standardsCode | grant.State | grant.FundCommand | grant.AwardCommand | grant.Carry | grant.Account | grant.Help
}

// A Table is the words for codes, by topic, in one language. It need not have all:
// the words of [English] stand in for those that it lacks, and the code itself for
// what nobody has words for. The nil Table is English. It marshals to JSON as it
// is.
type Table map[Topic]map[string]string

// Of returns the words for a code.
func Of[C Code](t Table, c C) string { return t.Say(topics[reflect.TypeFor[C]()], string(c)) }

// Say returns the words for a code of a topic.
func (t Table) Say(topic Topic, code string) string {
	return cmp.Or(t[topic][code], english[topic][code], code)
}

// Sentence returns the words for a code of a topic with its parts filled in: names and
// texts in turn, such as "service", "the garden group" for {service}. Where nobody has
// words for the code it is empty.
func (t Table) Sentence(topic Topic, code string, parts ...string) string {
	said := cmp.Or(t[topic][code], english[topic][code])
	pairs := make([]string, 0, len(parts))
	for i := 0; i+1 < len(parts); i += 2 {
		pairs = append(pairs, "{"+parts[i]+"}", parts[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(said)
}

// Reason returns why, to follow "because", for everybody but the person.
func (t Table) Reason(why reason.Reason) string { return t.Say(Reasons, why.Code) }

// ReasonToPerson returns why as it is said to the person whom it is about.
func (t Table) ReasonToPerson(why reason.Reason) string {
	if said := t[ReasonsToPerson][why.Code]; said != "" {
		return said
	}
	if said := t[Reasons][why.Code]; said != "" { // of this language, before English
		return said
	}
	return cmp.Or(english[ReasonsToPerson][why.Code], t.Reason(why))
}

// Refusal returns why a command was refused, and which ones stand in the way.
func (t Table) Refusal(r *transition.Refusal) string {
	said := cmp.Or(t[Refusals][r.Machine+"/"+r.Code], t[Refusals][r.Code], r.Words)
	if r.Detail != "" {
		said += " (" + r.Detail + ")"
	}
	return said
}

// Check returns what t lacks of [English], and what it has beyond that: a code that
// was mistyped, or one of a scheme's own. Both are topics and codes, such as
// "step small-group", in order. Of [ReasonsToPerson] nothing is lacking.
func (t Table) Check() (missing, unknown []string) {
	missing, unknown = english.beyond(t), t.beyond(english)
	missing = slices.DeleteFunc(missing, func(s string) bool { return strings.HasPrefix(s, string(ReasonsToPerson)+" ") })
	return missing, unknown
}

// beyond lists the codes that t has words for, and other has not.
func (t Table) beyond(other Table) (list []string) {
	for topic, codes := range t {
		for code, said := range codes {
			if said != "" && other[topic][code] == "" {
				list = append(list, string(topic)+" "+code)
			}
		}
	}
	slices.Sort(list)
	return list
}

// English returns the words that ship with this package. The table is the caller's.
func English() Table {
	t := make(Table, len(english))
	for topic, codes := range english {
		t[topic] = maps.Clone(codes)
	}
	return t
}
