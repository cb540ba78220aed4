package words

import (
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/referral/subject"
)

// The topics of permission, each with the type of its codes.
const (
	Recipients         Topic = "recipient"          // consent.Recipient: "... may be told"
	Purposes           Topic = "purpose"            // consent.Purpose: "for ..."
	Information        Topic = "information"        // consent.Kind
	Authorities        Topic = "authority"          // consent.Authority: "on ..."
	Answers            Topic = "answer"             // consent.Reason: why something may be told or not, for the scheme's own people
	OverrideGrounds    Topic = "override-ground"    // consent.Ground
	PermissionCommands Topic = "permission-command" // register.Command
	Askers             Topic = "asker"              // subject.Asker
	WithheldGrounds    Topic = "withheld-ground"    // subject.Ground: "left out, because ..."
	Withdrawals        Topic = "withdrawal"         // subject.Then: what follows for a provider
	Erasures           Topic = "erasure"            // subject.State
	ErasureReasons     Topic = "erasure-reason"     // subject.Why: "erased, because ..."
	Breaches           Topic = "breach"             // breach.Way: how it came about
	BreachRisks        Topic = "breach-risk"        // breach.Risk
	BreachStates       Topic = "breach-state"       // breach.State
	BreachCommands     Topic = "breach-command"     // breach.Command
)

// permissionCode is a code of permission that has words.
type permissionCode interface {
	consent.Recipient | consent.Purpose | consent.Kind | consent.Authority | consent.Reason | consent.Ground | register.Command |
		subject.Asker | subject.Ground | subject.Then | subject.State | subject.Why | breach.Way | breach.Risk | breach.State | breach.Command
}

// permission returns the words of who may be told what, and of everything about one person.
func permission() lexicon {
	return lexicon{
		Recipients: of(map[consent.Recipient]string{
			consent.ToReferrer: "whoever referred the person", consent.ToGP: "the person's GP practice", consent.ToLinkWorker: "the link worker whose case it is",
			consent.ToLead: "the team lead", consent.ToSafeguardingLead: "the safeguarding lead", consent.ToProvider: "the provider",
			consent.ToGuardian: "whoever decides for the child", consent.ToPerson: "the person themself", consent.ToSchool: "the school",
			consent.ToResearcher: "a researcher", consent.ToCommissioner: "a commissioner", consent.ToAuditor: "an auditor",
		}),
		Purposes: of(map[consent.Purpose]string{
			consent.DirectCare: "the person's care", consent.OnwardReferral: "sending the person on to somebody else", consent.Feedback: "news to whoever referred",
			consent.ForSafeguarding: "keeping somebody safe", consent.Supervision: "supervising the worker", consent.Evaluation: "finding out what helps",
			consent.Commissioning: "planning services", consent.Research: "a study", consent.Billing: "paying the provider",
		}),
		Information: of(map[consent.Kind]string{
			consent.Identity: "who they are", consent.Contact: "how to reach them", consent.Needs: "what they need help with",
			consent.SensitiveNeeds: "needs that are sensitive", consent.Flags: "concerns about somebody's safety", consent.Measures: "answers to questionnaires",
			consent.Notes: "notes", consent.Equality: "facts for equality, such as ethnicity", consent.Attendance: "where they went and when",
			consent.Outcome: "what came of it", consent.Status: "how far it has come",
		}),
		Authorities: of(map[consent.Authority]string{
			consent.Agreement: "somebody's agreement", consent.Implied: "the care that the person expects", consent.Overrides: "a decision for somebody's safety",
			consent.Statutory: "a duty by law",
		}),
		Answers: of(map[consent.Reason]string{
			consent.WithinCare: "it belongs to the care that the person expects", consent.Agreed: "whoever decides has agreed",
			consent.Overridden: "somebody's safety weighs more", consent.Compelled: "the law requires it", consent.Counted: "nobody alone can be seen in it",
			consent.NotKnown: "nobody of that name is known", consent.NotListed: "the policy does not know this recipient, purpose or kind of information",
			consent.SourceOfHarm: "they may have harmed the person", consent.NotForThis: "it is never told for this purpose",
			consent.OnlyCounted: "it is only counted together with others", consent.AskFirst: "first somebody has to find out who decides",
			consent.NoAgreement: "nobody has agreed", consent.NotTheirs: "whoever agreed does not decide this, or no longer",
			consent.Expired: "the agreement has come to its end", consent.Withdrawn: "the agreement was taken back", consent.Refused: "whoever decides has said no",
			consent.Disputed: "those who decide do not agree with each other", consent.Objected: "the person does not want it",
			consent.NeedsGround: "it needs a decision for somebody's safety, or a duty by law", consent.NotNeeded: "the service does not need it",
			consent.NotYet: "not before the provider has said yes", consent.HasDied: "the person has died",
		}),
		OverrideGrounds: of(map[consent.Ground]string{
			consent.ChildHarm: "a child may suffer significant harm", consent.AdultAtRisk: "an adult may be abused or neglected, and cannot protect themself",
			consent.OthersAtRisk: "others are at risk", consent.SeriousCrime: "a serious crime", consent.DangerToLife: "somebody's life is in danger",
			consent.BestInterests: "it is in the best interests of somebody who cannot decide it", consent.Benefit: "it benefits somebody who cannot decide it",
			consent.Coercion: "the person may be under somebody's pressure",
		}),
		PermissionCommands: of(permissionCommands()),
		Askers: of(map[subject.Asker]string{
			subject.Self: "the person themself", subject.Attorney: "somebody with power of attorney, or a deputy", subject.Parent: "a parent of a child who does not understand the request",
			subject.Executor: "the executor of somebody who has died", subject.Claimant: "somebody with a claim on a death",
		}),
		WithheldGrounds: of(map[subject.Ground]string{
			subject.ThirdParty: "it is about somebody else", subject.SeriousHarm: "it would likely do serious harm", subject.ChildExpects: "the child expects that it is not told",
			subject.OpinionNeeded: "a professional has to look at it first", subject.BeyondClaim: "it does not bear on the claim",
		}),
		Withdrawals: of(map[subject.Then]string{
			subject.Unaffected: "it goes on", subject.NotOffered: "it ends before the provider is told", subject.StopErase: "the provider stops, and erases or returns what they were told",
		}),
		Erasures: of(map[subject.State]string{
			subject.Begun: "under way", subject.RecordsGone: "all records are gone", subject.KeyDestroyed: "nothing can be read again", subject.Finished: "finished",
		}),
		ErasureReasons: of(map[subject.Why]string{
			subject.AtRequest: "the person asked for it", subject.RetentionOver: "the time to keep it is over", subject.ByOrder: "it was ordered",
		}),
		Breaches: of(map[breach.Way]string{
			breach.WrongRecipient: "it went to somebody else", breach.WrongChannel: "it went where it was not safe", breach.Lost: "it was lost", breach.Stolen: "it was stolen",
			breach.Read: "somebody read it who had no reason to", breach.Published: "anybody could see it", breach.Altered: "it was changed",
			breach.Unavailable: "it was not there when it was needed",
		}),
		BreachRisks: of(map[breach.Risk]string{
			breach.Unlikely: "harm is unlikely", breach.Likely: "it may harm people", breach.High: "the risk of harm is high",
		}),
		BreachStates: of(map[breach.State]string{breach.StateOpen: "being dealt with", breach.StateClosed: "dealt with"}),
		BreachCommands: of(map[breach.Command]string{
			breach.Note: "note what happened", breach.Assess: "say how likely harm is", breach.Report: "report it to the Information Commissioner", breach.Inform: "tell the people",
			breach.Close: "say what was done",
		}),
	}
}

func permissionCommands() map[register.Command]string {
	return map[register.Command]string{
		register.Open: "begin the register", register.Choose: "note what somebody answered", register.Withdraw: "take an agreement back", register.Object: "object",
		register.Lift: "take an objection back", register.Override: "tell for somebody's safety", register.BreakGlass: "read a case that is another's",
		register.Review: "review what was overridden or read", register.Order: "note a duty by law or court", register.Comply: "note that the duty is done",
		register.Find: "note whether the person can decide this", register.Appoint: "note who decides for the person", register.Warn: "note who may have done harm, or is related",
		register.Tell: "tell", register.Request: "ask for more", register.Reply: "answer who asked for more", register.Correct: "correct what was unfounded",
		register.Expose: "note what others learned", register.Inform: "note that the person was told of it",
	}
}
