package words

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/transition"
)

var english, topics = joined(money(), permission(), cases(), staff(), standards(), lexicon{
	Roles: of(map[sp.Role]string{
		grant.RoleFunder: "funder", sp.RoleReferrer: "referrer", sp.RoleLinkWorker: "link worker", sp.RoleProvider: "provider", sp.RolePerson: "person", sp.RoleSystem: "the system",
		sp.RoleTeamLead: "team lead", sp.RoleSafeguardingLead: "safeguarding lead", sp.RoleGuardian: "guardian", sp.RoleResearcher: "researcher", sp.RoleAuditor: "auditor",
	}),
	ReferralStates: of(map[referral.State]string{
		referral.StateReceived: "received", referral.StateAccepted: "taken on, not spoken to yet", referral.StateActive: "under way",
		referral.StateClosed: "closed", referral.StateDeclined: "not taken on", referral.StateRerouted: "passed on to somebody who can do more",
		referral.StateExpired: "nobody acted in time", referral.StateWithdrawn: "taken back", referral.StateInError: "entered in error",
	}),
	ReferralCommands: of(map[referral.Command]string{
		referral.Receive: "refer somebody", referral.Triage: "judge by the criteria", referral.Accept: "take on", referral.Decline: "say no",
		referral.Reroute: "pass on to somebody else", referral.Expire: "note that nobody acted in time", referral.Assign: "hand to another link worker",
		referral.Attempt: "note that they could not be reached", referral.Contact: "note a conversation", referral.CheckIn: "note how they are while they wait", referral.Assess: "note what matters to them",
		referral.ShowOptions: "note what they were shown and what they chose",
		referral.Propose:     "suggest a service", referral.FindNothing: "note that there is nothing for a need", referral.Close: "close",
		referral.GiveUp: "stop trying to reach them", referral.Withdraw: "take back", referral.RecordDeath: "note that they have died", referral.Prioritise: "change how urgent it is",
		referral.RaiseFlag: "raise a concern", referral.OfferHandOver: "ask a team to take over a concern",
		referral.AcceptHandOver: "note who has taken over a concern", referral.AnswerHandOver: "note what a team said of a concern", referral.PlanFollowUp: "plan to ask how things are",
		referral.FollowUp: "note how things are", referral.CallOffFollowUp: "note why nobody will ask how things are",
		referral.SendFeedback: "note that the referrer was told", referral.AcknowledgeFeedback: "note that the referrer has read it",
		referral.CodeFeedback: "note that it is coded in the referrer's record", referral.EnterInError: "mark as entered in error",
	}),
	CheckIns: of(map[referral.CheckInAnswer]string{
		referral.StillWanted: "still wants to be spoken to", referral.GotWorse: "is worse than before", referral.NoLongerWanted: "no longer wants it",
	}),
	ChoiceReasons: of(map[reason.Choice]string{
		reason.ChoseNear: "it is near", reason.ChoseTime: "the time suits", reason.ChoseCost: "it costs little", reason.ChoseSoon: "it begins soon",
		reason.ChoseActivity: "what is done there appeals", reason.ChoseCompany: "the people there are good company", reason.ChoseSmall: "few people go there",
		reason.ChoseKnown: "it is familiar", reason.ChoseLanguage: "the language that is spoken there suits", reason.ChoseAccess: "it is easy to get in and be understood",
		reason.ChoseHelpToGo: "somebody helps to get there", reason.NoneTooFar: "all were too far away", reason.NoneTime: "no time suited",
		reason.NoneCost: "all cost too much", reason.NoneLater: "the wait would be too long", reason.NoneLiked: "none of it appealed",
		reason.NoneCompany: "the people there do not suit", reason.NoneThinking: "there is more to think about first",
	}),
	Media: of(map[referral.Medium]string{
		referral.Structured: "by a coded message between programs", referral.OnlineForm: "by a form on a web page", referral.ByEmail: "by email",
		referral.ByLetter: "by letter", referral.ByPhone: "by phone", referral.InPerson: "in person",
	}),
	Urgencies:   of(map[referral.Urgency]string{referral.Routine: "routine", referral.Soon: "soon", referral.Urgent: "urgent"}),
	Flags:       of(map[concern.Kind]string{concern.Crisis: "crisis", concern.Safeguarding: "safeguarding"}),
	FlagReasons: of(flagReasons()),
	FlagAnswers: of(map[concern.Answer]string{
		concern.Accepted: "has taken it over", concern.Unconfirmed: "was told, and has not said yet that it is theirs",
		concern.BelowThreshold: "says that it is not serious enough for them", concern.NotTheirs: "says that somebody else has to take it",
		concern.Incomplete: "needs to know more first", concern.AlreadyKnown: "works with the person already, and has not said yet that it is theirs",
		concern.AssessedNoConcern: "has looked, and found no concern", concern.RaisedByMistake: "has found that it was raised by mistake",
		concern.Unreachable: "could not be reached",
	}),
	FlagSteps: of(map[concern.Step]string{
		concern.StepOffer: "ask a team to take it over", concern.StepChase: "wait for the answer, and ask again",
		concern.StepEscalate: "ask another team, or somebody of more weight", concern.StepSpeak: "speak to the person",
	}),
	Channels: of(map[person.Channel]string{
		person.Phone: "by phone", person.Text: "by text", person.Email: "by email", person.Letter: "by letter", referral.Visit: "in person",
	}),
	Leaving: of(map[person.Leave]string{person.LeaveNothing: "no message", person.LeaveName: "no more than your name", person.LeaveMessage: "a message"}),
	Answerers: of(map[person.Answerer]string{
		person.Partner: "their partner", person.Parent: "a parent", person.Child: "a child of theirs", person.Household: "somebody else of the household",
		person.Carer: "a carer", person.Workplace: "somebody at work", person.Voicemail: "a machine",
	}),
	PlacementStates: of(map[placement.State]string{
		placement.StateProposed: "proposed", placement.StateOffered: "asked, no answer yet", placement.StateAccepted: "accepted",
		placement.StateStarted: "started", placement.StateCompleted: "completed", placement.StateStopped: "stopped", placement.StateDeclined: "declined",
		placement.StateLapsed: "nothing came of it", placement.StateWithdrawn: "withdrawn", placement.StateInError: "entered in error",
	}),
	PlacementStandings: {said: map[string]string{WaitListed: "on the provider's waiting list", Signposted: "the person has the details"}},
	PlacementCommands: of(map[placement.Command]string{
		placement.Propose: "suggest to the person", placement.Offer: "send to the provider", placement.Accept: "accept", placement.WaitList: "put on the waiting list",
		placement.Decline: "say no", placement.Lapse: "note that nobody answered", placement.Withdraw: "take back", placement.MoveTo: "change the step",
		placement.PlanSession: "plan a session", placement.Start: "note that it has started", placement.Complete: "complete", placement.Stop: "stop early",
		placement.Disclose: "tell the provider more", placement.NoteAdjustments: "note which adjustments were there", placement.SendFeedback: "note that the link worker was told", placement.EnterInError: "mark as entered in error",
	}),
	Levels: of(map[placement.Level]string{
		placement.Signpost: "the person is told where to go", placement.SelfReferral: "the person gets in touch", placement.FullReferral: "the provider is told what they need to know",
	}),
	SessionStates: of(map[session.State]string{
		session.StatePlanned: "planned", session.StateAttended: "attended", session.StateMissed: "missed", session.StateCancelled: "called off",
		session.StateInError: "entered in error",
	}),
	SessionCommands: of(map[session.Command]string{
		session.Schedule: "plan", session.Attend: "note that they came", session.Miss: "note that they did not come", session.Cancel: "call off",
		session.Explain: "note why they did not come", session.EnterInError: "mark as entered in error",
	}),
	Steps: of(map[session.Step]string{
		session.Phone: "by phone", session.Home: "at home", session.Accompanied: "with somebody to come along", session.SmallGroup: "in a small group",
		session.Group: "in the group",
	}),
	Causes: of(map[session.Cause]string{
		session.Anxiety: "going there was too hard", session.NoTransport: "there was no way to get there", session.Cost: "it cost too much",
		session.Illness: "of illness", session.Refusal: "they did not want to", session.UnknownCause: "of a reason that nobody knows",
	}),
	Rebookings: of(map[session.Rebooking]string{
		session.BookAgain: "book another", session.AskFirst: "ask before anything is booked", session.DoNotBook: "do not book another",
	}),
	AssessmentStates: of(map[needs.State]string{needs.StateOpen: "under way", needs.StateClosed: "closed"}),
	AssessmentCommands: of(map[needs.Command]string{
		needs.Open: "begin", needs.Identify: "note a need", needs.Rate: "say how hard a need is", needs.Order: "put needs in order",
		needs.Measure: "score a questionnaire", needs.Enter: "enter a score from elsewhere", needs.Escalate: "note who was told of an alert",
		needs.SetGoal: "set a goal", needs.ReviewGoal: "look at a goal again", needs.Resolve: "note what became of a need",
		needs.PlanSeries: "plan questionnaires over time", needs.Answer: "score a questionnaire that is due", needs.Skip: "note that a questionnaire is not asked", needs.Close: "close",
	}),
	Outcomes: of(map[needs.Outcome]string{
		needs.Met: "what was needed was found", needs.PartlyMet: "part of what was needed was found", needs.NotMet: "what was needed was not found",
		needs.Withdrawn: "it is no longer wanted", needs.UnknownOutcome: "it is not known what came of it",
		needs.Signposted: "the person was told where to go", needs.SelfReferred: "the person gets in touch themself",
	}),
	Means: of(map[needs.Means]string{
		needs.BySessions:   "the sessions that they came to",
		needs.ByLinkWorker: "the conversations with the link worker", needs.ByPerson: "what the person did themself", needs.ByOthers: "somebody whom the scheme did not ask",
		needs.Unrecorded: "a service that keeps no list of who came",
	}),
	NextSteps: of(map[worklist.Next]string{
		worklist.NextConcern: "see to a concern about their safety", worklist.NextAlert: "answer the alert of a questionnaire",
		worklist.NextAlarm: "tell the referrer of a concern", worklist.NextWithdraw: "complete the withdrawal they asked for",
		worklist.NextSpeak: "speak to them for the first time", worklist.NextCheckIn: "ring them while they wait",
		worklist.NextMark: "note whether they came", worklist.NextSend: "send on what was suggested", worklist.NextAnswer: "the provider is to answer",
		worklist.NextStart: "see that it begins", worklist.NextSession: "a session takes place", worklist.NextAsk: "ask how it goes", worklist.NextFollowUp: "ask how things are", worklist.NextMeasure: "ask the questionnaires that are due",
		worklist.NextSuggest: "suggest something, or close", worklist.NextClose: "close: everything has ended",
		worklist.NextTell: "tell the referrer how things stand",
	}),
	WhyNow: of(map[worklist.Why]string{
		worklist.WhyNobodyAsked: "no team has been asked yet", worklist.WhyNoAnswer: "a team was asked and has not said yes",
		worklist.WhyBounced: "a team said no, or nothing in time", worklist.WhyAfterConcern: "a team has taken a concern over",
		worklist.WhyAlert: "of an answer in a questionnaire", worklist.WhyConcernRaised: "a concern was raised", worklist.WhyWithdrawal: "they asked to stop",
		worklist.WhyWaits: "they wait to be spoken to", worklist.WhyWorse: "they said that it is worse", worklist.WhySessionOver: "a session is over",
		worklist.WhySuggested: "something was suggested and not sent", worklist.WhySent: "it was sent and not answered",
		worklist.WhyHasDetails: "they have the details, and nobody has heard whether they went", worklist.WhyListed: "they are on the provider's waiting list",
		worklist.WhySaidYes: "the provider said yes, and it has not begun", worklist.WhyPlanned: "it is planned", worklist.WhySeries: "questionnaires are due",
		worklist.WhyGoing: "they go there, and nobody has heard of it since", worklist.WhyNothingGoes: "nothing was suggested yet",
		worklist.WhyAllEnded: "everything that was suggested has ended", worklist.WhyNews: "there is news",
	}),
	Classes: of(map[worklist.Class]string{
		worklist.Safety: "safety", worklist.Class(referral.Urgent): "urgent", worklist.Class(referral.Soon): "soon", worklist.Class(referral.Routine): "routine",
	}),
	Unmet: of(map[unmet.Kind]string{
		unmet.NothingFound: "nothing found", unmet.Declined: "declined", unmet.Lapsed: "no answer", unmet.Stopped: "stopped early",
		unmet.Withdrawn: "taken back", unmet.StillThere: "still there", unmet.Retracted: "entered in error",
	}),
	Parties: of(map[reason.Party]string{
		reason.Person: "the person", reason.Provider: "the provider", reason.Referrer: "the referrer", reason.Scheme: "the scheme",
	}),
	Effects: of(map[reason.Effect]string{
		reason.Rematch: "look for something else", reason.Park: "ask again later", reason.Reassess: "understand the needs again first", reason.NoEffect: "nothing follows",
	}),
	Reasons: {said: listed()},
	ReasonsToPerson: {said: map[string]string{
		reason.PersonsChoice: "you chose not to", reason.NotReached: "we could not reach you", reason.NotEligible: "the service is meant for others",
		reason.Moved: "you moved away", reason.PermissionWithdrawn: "you took back your permission",
	}},
	Story: {said: story}, StoryNext: {said: storyNext}, Parts: {said: parts}, Letters: {said: letters}, Dates: {said: dates}, Counts: {said: counts},
	Fields: {said: fields}, Needs: of(needNames()), Refusals: {said: refusals()},
})

// flagReasons returns the words of the reasons of package concern, whose codes are made of
// words.
func flagReasons() map[concern.Reason]string {
	codes := make(map[concern.Reason]string)
	for _, r := range concern.Reasons() {
		codes[r] = strings.ReplaceAll(string(r), "-", " ")
	}
	return codes
}

// listed returns the words of the reasons that ship with package reason.
func listed() map[string]string {
	codes := make(map[string]string)
	for _, r := range reason.List() {
		codes[r.Code] = r.Means
	}
	return codes
}

// refusals returns the words of decisions, and those that the tables have for their guards.
func refusals() map[string]string {
	codes := transition.Words()
	guards(codes, referral.Table())
	guards(codes, placement.Table())
	guards(codes, session.Table())
	guards(codes, needs.Table())
	guards(codes, caseload.Table())
	guards(codes, grant.FundTable())
	guards(codes, grant.AwardTable())
	return codes
}

func guards[S, C ~string](codes map[string]string, t transition.Table[S, C]) {
	for _, r := range t.Rows {
		for _, g := range r.Guards {
			codes[t.Name+"/"+g.Code] = "not before " + g.Words
		}
	}
}
