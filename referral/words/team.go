package words

import (
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/team"
)

// The topics of cases that are given to somebody, and of places, each with the type of its
// codes.
const (
	PlaceCauses      Topic = "place-cause"       // place.Cause: "let go, because ..."
	HandOverReasons  Topic = "hand-over-reason"  // caseload.Why: "cases are handed over, because ..."
	HandOverRefusals Topic = "hand-over-refusal" // caseload.No: "says no, because ..."
	HandOverStates   Topic = "hand-over-state"   // caseload.State: "the cases are ..."
	HandOverCommands Topic = "hand-over-command" // caseload.Command
	QueueReasons     Topic = "queue-reason"      // caseload.Wanting: "the person waits, because ..."
	LimitReasons     Topic = "limit-reason"      // caseload.LimitReason: "cannot be given the case, because ..."
	CasePhases       Topic = "case-phase"        // caseload.Phase: "the person is ..."
	CaseFacts        Topic = "case-fact"         // caseload.Fact, before a number
	MorningLines     Topic = "morning-line"      // team.What, as the heading of a line
	ThanksFor        Topic = "thanks-for"        // team.For: "thanked you for ..."
	ThanksFrom       Topic = "thanks-from"       // team.Giver: "... thanked you"
)

// teamCode is a code of cases that are given to somebody, or of places, that has words.
type teamCode interface {
	place.Cause | caseload.Why | caseload.No | caseload.State | caseload.Command | caseload.Wanting | caseload.LimitReason | caseload.Phase | caseload.Fact |
		team.What | team.For | team.Giver
}

// cases returns the words of who has which cases, and of places that are held for somebody.
func cases() lexicon {
	return lexicon{
		PlaceCauses: of(map[place.Cause]string{
			place.Declined: "the offer was declined", place.Lapsed: "nobody answered the offer in time", place.Withdrawn: "the offer was taken back",
			place.Completed: "the person has finished", place.Stopped: "the person stopped early", place.InError: "it was entered in error",
			place.Erased: "all about the person was erased", place.Overdue: "its time was over", place.Counted: "the service counts the person in by itself",
		}),
		HandOverReasons: of(map[caseload.Why]string{
			caseload.Leaving: "the worker leaves", caseload.OnLeave: "the worker goes on leave", caseload.TooMuch: "it is too much for one person",
			caseload.Conflict: "the worker knows the person from elsewhere",
		}),
		HandOverRefusals: of(map[caseload.No]string{
			caseload.NoRoom: "they have no room for more", caseload.NotTrained: "they are not trained for it", caseload.Knows: "they know the person from elsewhere",
			caseload.Away: "they are away",
		}),
		HandOverStates: of(map[caseload.State]string{caseload.StateOffered: "offered to others"}),
		HandOverCommands: of(map[caseload.Command]string{
			caseload.Offer: "offer cases to others", caseload.Accept: "take a case", caseload.Refuse: "say no to a case",
			caseload.Take: "give a case that nobody has answered to the lead", caseload.Drop: "leave a case out",
		}),
		QueueReasons: of(map[caseload.Wanting]string{
			caseload.NobodyRoom: "nobody who could help has room", caseload.NobodyFits: "nobody speaks their language, or works with their age group",
			caseload.NobodyThat: "they wait for the worker whom they know",
		}),
		LimitReasons: of(map[caseload.LimitReason]string{
			caseload.NotOfTeam: "they are not of the team", caseload.NoCap: "nobody has said how much they can carry",
			caseload.LoadUnknown: "it is not known how much they carry", caseload.BeyondCap: "it would be more than they can carry",
		}),
		CasePhases: of(map[caseload.Phase]string{
			caseload.Waiting: "not spoken to yet", caseload.Going: "being helped", caseload.First: "in their first four weeks",
		}),
		CaseFacts: of(map[caseload.Fact]string{
			caseload.FactNeeds: "needs to help with", caseload.FactSensitive: "needs that are sensitive", caseload.FactCrises: "times when a life was in danger",
			caseload.FactFlags: "concerns that no team has taken over", caseload.FactContacts: "conversations in the last four weeks",
			caseload.FactAdjustments: "things to arrange, such as an interpreter", caseload.FactYoung: "under 18, with others to speak to",
		}),
		MorningLines: of(map[team.What]string{
			team.RiskHeld: "somebody's safety", team.WorkerGone: "cases of who has left", team.OverCap: "above the limit", team.Unanswered: "hand-over not answered",
			team.IntakeDue: "waiting for a worker", team.WorkerAway: "on leave, with cases", team.WorkerGoing: "leaves soon, with cases",
			team.CapReached: "at the limit", team.CaseStuck: "case stands still", team.RecordDue: "still to do", team.HeavyWeeks: "hard weeks",
			team.LongCase: "many conversations",
		}),
		ThanksFor: of(map[team.For]string{
			team.ForListening: "listening to them", team.ForHelp: "sorting something out", team.ForPatience: "not giving up", team.ForChange: "a change in somebody's life",
			team.ForWork: "good work",
		}),
		ThanksFrom: of(map[team.Giver]string{
			team.ByPerson: "the person", team.ByFamily: "family or friends", team.ByReferrer: "whoever referred the person", team.ByProvider: "a service",
			team.ByTeam: "somebody of the team",
		}),
	}
}
