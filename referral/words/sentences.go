package words

// story are the sentences of package letter, by event. They speak to the person, and say
// nothing that was not recorded: a yes is no place that is kept.
var story = map[string]string{
	"referral.received":                      "We were asked to get in touch with you{needs}.",
	"referral.received/self":                 "You asked us for help{needs}.",
	"referral.accepted":                      "A link worker started working with you.",
	"referral.assigned":                      "Another link worker took over your case.",
	"referral.attempted":                     "We tried to reach you {channel}.",
	"referral.attempted/visit":               "We came to see you and did not find you.",
	"referral.contacted":                     "We spoke {channel}.",
	"referral.contacted/visit":               "We met.",
	"referral.checked-in":                    "We asked how you are while you wait.",
	"referral.assessed":                      "Together we worked out what matters: {needs}.",
	"referral.nothing-found":                 "We found nothing for {need}{reason}. We have told those who plan services.",
	"referral.flagged":                       "Somebody was worried about your safety.",
	"referral.hand-over-offered":             "We asked people who are there for that to take it on.",
	"referral.handed-over":                   "People who are there for that took it on.",
	"referral.hand-over-answered":            "They know of it.",
	"referral.hand-over-answered/mistake":    "It turned out that there was nothing to worry about.",
	"referral.hand-over-answered/no-concern": "People who are there for that looked, and found nothing to worry about.",
	"referral.hand-over-answered/bounced":    "They could not take it on.",
	"referral.follow-up-planned":             "We agreed to speak again on {day}.",
	"referral.followed-up":                   "We asked how you are.",
	"referral.follow-up-called-off":          "We called off that conversation{reason}.",
	"referral.declined":                      "We could not take this on{reason}.",
	"referral.rerouted":                      "We passed this on to somebody who can do more.",
	"referral.expired":                       "Nobody acted on this in time. That should not have happened.",
	"referral.withdrawal-asked":              "You asked us to stop{reason}. Your link worker will see to it.",
	"referral.withdrawn":                     "This was taken back{reason}. You can come back at any time.",
	"referral.closed":                        "We finished{outcome}{unmet}. You can come back at any time.",
	"referral.closed/stopped":                "We stopped{reason}. You can come back at any time.",
	"placement.proposed":                     "We suggested {service}{needs}.",
	"placement.offered":                      "We told them your {told}. On which authority was not noted.",
	"placement.offered/agreement":            "With your agreement we told them your {told}.",
	"placement.offered/implied":              "As part of your care we told them your {told}.",
	"placement.offered/override":             "To keep somebody safe we told them your {told}.",
	"placement.offered/statutory":            "Because the law requires it we told them your {told}.",
	"placement.offered/own-hands":            "You have the details, and will get in touch yourself. We told them nothing about you.",
	"placement.declined":                     "Nothing came of {service}{reason}.",
	"placement.lapsed":                       "Nothing came of {service}{reason}.",
	"placement.wait-listed":                  "You were put on a waiting list there.",
	"placement.accepted":                     "They said yes to you.",
	"placement.stepped":                      "We agreed that the next time is {step}.",
	"placement.withdrawn":                    "We took one offer back{reason}.",
	"placement.stopped":                      "You left {service}{reason}.",
	"placement.completed":                    "You finished {service}{outcome}.",
	"placement.completed/own-hands":          "From here on {service} is in your own hands.",
	"session.attended":                       "You were there.",
	"session.missed":                         "You could not come. That is all right.",
	"session.cancelled":                      "A meeting was called off{reason}.",
}

// storyNext says what is to follow something, where anything is.
var storyNext = map[string]string{
	"referral.received":          "A link worker gets in touch with you.",
	"referral.accepted":          "They speak to you.",
	"referral.attempted":         "We try again.",
	"referral.assessed":          "We look for what could help.",
	"referral.follow-up-planned": "We speak on that day.",
	"referral.withdrawal-asked":  "Your link worker ends it.",
	"placement.proposed":         "You say whether you would like it.",
	"placement.offered":          "They answer, or you get in touch with them.",
	"placement.wait-listed":      "They say when you can come.",
	"placement.accepted":         "They say when you can come.",
	"session.missed":             "We ask what would make it easier.",
}

// parts are what sentences are joined from.
var parts = map[string]string{
	"because": ", because {reason}", "with": " with {needs}", "about": " about {needs}", "for": " for {needs}", "for-comma": ", for {needs}",
	"still-open": "; still open: {needs}", "still-there": "; still there: {needs}", "outcome": "; {outcome}", "and": "{list} and {last}",
}
