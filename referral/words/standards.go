package words

import (
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/site"
)

// The topics of what a scheme wants to be like: its sites, its model, and what it has agreed
// with partners. Each is with the type of its codes.
const (
	SiteItems             Topic = "site-item"             // site.Item, as a name
	SiteStates            Topic = "site-state"            // site.State: "a private room: ..."
	SupportMatters        Topic = "support-matter"        // site.Matter: "asked for help with ..."
	ModelParts            Topic = "model-part"            // fidelity.Part, as a name
	ModelChanges          Topic = "model-change"          // fidelity.Change: "this part ..."
	ModelVerdicts         Topic = "model-verdict"         // fidelity.Verdict: "the change ..."
	ModelReasons          Topic = "model-reason"          // fidelity.Why: "because ..."
	Targets               Topic = "target"                // agreement.Good, before a number
	AgreementOutcomes     Topic = "agreement-outcome"     // agreement.Outcome, a sentence of its own
	AgreementConsequences Topic = "agreement-consequence" // agreement.Consequence: "if the target is missed, ..."
	AgreementEndings      Topic = "agreement-ending"      // agreement.Ending: "the agreement ended, because ..."
)

// standardsCode is a code of sites, of the model or of agreements that has words.
type standardsCode interface {
	site.Item | site.State | site.Matter | fidelity.Part | fidelity.Change | fidelity.Verdict | fidelity.Why |
		agreement.Good | agreement.Outcome | agreement.Consequence | agreement.Ending
}

// standards returns the words of what a scheme wants to be like.
func standards() lexicon {
	return lexicon{
		SiteItems: of(map[site.Item]string{
			site.PrivateRoom: "a private room", site.Phone: "a telephone", site.Mobile: "a mobile phone", site.Laptop: "a laptop or computer",
			site.RecordSystem: "a login for the practice's records", site.Mail: "an email address", site.Printer: "a printer", site.Induction: "a welcome that shows how things work",
			site.NamedGP: "a GP to ask", site.FirstContact: "somebody to turn to when something is wrong", site.LoneWorking: "somebody who knows where the worker is",
			site.TeamMeeting: "a place at the team meeting", site.Directory: "a list of what there is in the area", site.PanicRoute: "a way out of danger",
			site.Entrance: "an entrance that everybody can use", site.Hours: "opening hours when people can come",
		}),
		SiteStates: of(map[site.State]string{
			site.Yes: "there", site.Partly: "not always there", site.No: "not there", site.NotNeeded: "not needed", site.Unknown: "nobody has said",
		}),
		SupportMatters: of(map[site.Matter]string{
			site.Access: "an account, a password or a card", site.Equipment: "equipment that is broken or missing", site.Software: "a computer program",
			site.Room: "a room to work in", site.Advice: "how something is done", site.Otherwise: "something else",
		}),
		ModelParts: of(map[fidelity.Part]string{
			fidelity.Routes: "who may refer, and how", fidelity.FirstContact: "the first conversation", fidelity.Plan: "the plan made with the person",
			fidelity.Contacts: "how often and how long people are met", fidelity.Connecting: "bringing people to services", fidelity.FollowUp: "asking later how things are",
			fidelity.Feedback: "telling whoever referred", fidelity.Supervision: "supervision of workers",
		}),
		ModelChanges: of(map[fidelity.Change]string{
			fidelity.Added: "was added to", fidelity.LeftOut: "was left out", fidelity.Shortened: "was made shorter", fidelity.Extended: "was made longer",
			fidelity.Replaced: "was replaced by something else",
		}),
		ModelVerdicts: of(map[fidelity.Verdict]string{
			fidelity.Kept: "stays", fidelity.Changed: "was changed again", fidelity.Undone: "was taken back",
		}),
		ModelReasons: of(map[fidelity.Why]string{
			fidelity.Access: "more people can come", fidelity.Culture: "it fits the people who live there", fidelity.Capacity: "there were too few people or hours",
			fidelity.Funding: "of the money", fidelity.Evidence: "somebody found that it works better", fidelity.Wish: "people or partners asked for it",
			fidelity.Rules: "it was ordered",
		}),
		Targets: of(map[agreement.Good]string{agreement.AtLeast: "at least", agreement.AtMost: "at most"}),
		AgreementOutcomes: of(map[agreement.Outcome]string{
			agreement.Reached: "the target is reached", agreement.Short: "the target is not reached", agreement.TooFew: "too few people to give a figure",
			agreement.Unknown: "there is no figure",
		}),
		AgreementConsequences: of(map[agreement.Consequence]string{
			agreement.Discuss: "the partners meet and talk about why", agreement.Support: "whoever does the work gets help",
			agreement.Change: "the target, or the way to it, is changed", agreement.End: "the agreement ends",
		}),
		AgreementEndings: of(map[agreement.Ending]string{
			agreement.Fulfilled: "what was agreed is done", agreement.Replaced: "another agreement took its place", agreement.Withdrawn: "it was taken back",
			agreement.Lapsed: "its time ran out",
		}),
	}
}
