package words

import (
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// The topics of link workers, each with the type of its codes.
const (
	RemitMatters       Topic = "remit-matter"       // workforce.Matter: "asked for help with ..."
	RemitSteps         Topic = "remit-step"         // workforce.Instead, said to the worker: "instead, ..."
	PressureResponses  Topic = "pressure-response"  // workforce.Response: what came of it
	AwayReasons        Topic = "away-reason"        // workforce.Why: "the worker is ..."
	AgeGroups          Topic = "age-group"          // workforce.Ages: "works with ..."
	SupervisionKinds   Topic = "supervision-kind"   // supervision.Kind, as a name
	SupervisionStates  Topic = "supervision-state"  // supervision.State: "the supervision is ..."
	SupervisionReasons Topic = "supervision-reason" // supervision.Why: "it was not held, because ..."
	TrainingModules    Topic = "training-module"    // training.Module: "training in ..."
	TrainingLacks      Topic = "training-lack"      // training.Lack: "the training is ..."
	TimeSpent          Topic = "time-spent"         // minutes.Kind: "time went to ..."
	ForumAbsences      Topic = "forum-absence"      // forum.Absence: "the partner ..."
)

// workforceCode is a code of the records of link workers that has words.
type workforceCode interface {
	workforce.Matter | workforce.Instead | workforce.Response | workforce.Why | workforce.Ages | supervision.Kind | supervision.State | supervision.Why |
		training.Module | training.Lack | minutes.Kind | forum.Absence
}

// staff returns the words of link workers, and of what keeps them well.
func staff() lexicon {
	return lexicon{
		RemitMatters: of(map[workforce.Matter]string{
			workforce.Crisis: "a danger to life", workforce.Safeguarding: "harm or neglect", workforce.Diagnosis: "finding out what illness somebody has",
			workforce.Medication: "what medicine somebody takes", workforce.Therapy: "treating a mental illness",
			workforce.PersonalCare: "washing, dressing or lifting somebody", workforce.LegalAdvice: "advice on the law",
			workforce.MoneyHandling: "paying, collecting or keeping somebody's money", workforce.MentalCapacity: "judging whether somebody can decide for themself",
			workforce.OtherAge: "somebody of another age", workforce.Elsewhere: "somebody who lives elsewhere",
		}),
		RemitSteps: of(map[workforce.Instead]string{
			workforce.RaiseConcern: "raise a concern, and stay with it until a team has taken it over",
			workforce.ReferBack:    "tell whoever referred on the same day, and say what the person was told",
			workforce.PassOn:       "find somebody who does this, and introduce the person",
		}),
		PressureResponses: of(map[workforce.Response]string{
			workforce.Refused: "the worker said no, and did what was to be done instead", workforce.TakenOn: "it was done all the same",
			workforce.PassedOff: "the worker said no, and nothing was done instead",
		}),
		AwayReasons: of(map[workforce.Why]string{
			workforce.NotBegun: "not in the job yet", workforce.OnLeave: "on leave", workforce.ContractEnded: "no longer in the job", workforce.NoRole: "not a link worker",
		}),
		AgeGroups: of(map[workforce.Ages]string{
			workforce.AllAges: "people of all ages", workforce.Adults: "adults", workforce.YoungPeople: "young people",
		}),
		SupervisionKinds: of(map[supervision.Kind]string{
			supervision.Line: "line supervision", supervision.Clinical: "clinical supervision", supervision.Safeguarding: "safeguarding supervision",
			supervision.Peer: "peer supervision",
		}),
		SupervisionStates: of(map[supervision.State]string{
			supervision.InTime: "in time", supervision.Late: "a little late", supervision.Passed: "overdue", supervision.Absent: "not due during leave",
			supervision.Planned: "overdue, with a day set for it",
		}),
		SupervisionReasons: of(map[supervision.Why]string{
			supervision.WorkerAway: "the worker was away", supervision.SupervisorAway: "the supervisor was away", supervision.NoTime: "there was no time",
			supervision.NoSupervisor: "the worker has no supervisor for it",
		}),
		TrainingModules: of(map[training.Module]string{
			training.Role: "the work of a link worker", training.SafeguardingAdults: "keeping adults safe", training.SafeguardingChildren: "keeping children safe",
			training.DataProtection: "data protection", training.SuicideAwareness: "suicide awareness", training.LoneWorking: "working alone safely",
		}),
		TrainingLacks: of(map[training.Lack]string{
			training.NeverDone: "not done yet", training.RunOut: "to be done again", training.NotAssessed: "done, and not checked yet",
		}),
		TimeSpent: of(map[minutes.Kind]string{
			minutes.People: "being with people", minutes.Services: "meeting services", minutes.Forum: "meetings with partners",
			minutes.Supervision: "supervision of workers", minutes.Training: "learning", minutes.Travel: "travelling alone", minutes.Other: "other things",
			minutes.Notes: "writing notes", minutes.Coding: "entering the same again", minutes.Letters: "writing letters", minutes.Returns: "counting for funders",
			minutes.Booking: "booking and reminding",
		}),
		ForumAbsences: of(map[forum.Absence]string{
			forum.NotInvited: "was not invited", forum.DidNotCome: "was invited, and did not come", forum.Unknown: "was invited, and nobody has said whether they came",
		}),
	}
}
