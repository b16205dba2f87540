// What people write to a support desk of a made-up bookkeeping product, by topic, voice and language.

export type Language = "en" | "de" | "fr" | "es" | "ar" | "he" | "ja";

export const TOPICS = [
  "billing",
  "refund",
  "login",
  "integration",
  "export",
  "performance",
  "mobile",
  "how-to",
  "feature request",
  "bug",
  "praise",
  "cancellation",
] as const;
export type Topic = (typeof TOPICS)[number];

type Lines = readonly [string, ...string[]];

export const OPENINGS: Record<Topic, Lines> = {
  billing: [
    "We were charged twice this month, could you check the invoice?",
    "The invoice shows 12 seats but we only have 9 people.",
    "Where do I change the VAT number & billing address?",
    "Our card was declined although it's valid until 2029.",
  ],
  refund: [
    "I'd like a refund for the annual plan, we never used it.",
    "You promised a credit of $120 last week – it isn't on the invoice.",
  ],
  login: [
    "I can't log in since this morning, the SSO page just reloads.",
    "The password reset mail never arrives. I checked spam.",
    "Two-factor codes are rejected on every device we own.",
  ],
  integration: [
    "The bank sync stopped working after the update.",
    "Your API answers 422 when the amount is < 1, is that on purpose?",
    'Zapier shows "token expired" every few hours.',
  ],
  export: [
    "The CSV export leaves out every transaction with an emoji in it 😅",
    "Can you export the ledger per cost centre? We need it by Friday.",
    "Export to Excel is broken: columns C & D are swapped.",
  ],
  performance: [
    "The dashboard takes >30 seconds to load with our data.",
    "Search is painfully slow since Monday, half the team gave up.",
  ],
  mobile: ["The mobile app crashes when I scan a receipt.", "On Android the date picker shows 1970."],
  "how-to": [
    "How do I invite my accountant without giving access to payroll?",
    "Is there a way to lock a closed quarter?",
    'What\'s the difference between "booked" and "posted"?',
  ],
  "feature request": [
    "It would be great if we could have dark mode.",
    "Please add recurring invoices, we would love that!",
    "Feature idea: bulk edit of categories. I wish I could change 500 rows at once.",
  ],
  bug: [
    "There is a bug in the tax report: the totals don't add up.",
    'I get an error "undefined is not a function" when I open settings.',
    "<script>alert(1)</script> shows up as my company name, I guess that's not right?",
  ],
  praise: [
    "Just wanted to say the new reports are fantastic. Thank you!",
    "Love the new bank rules, they saved us hours.",
  ],
  cancellation: [
    "How do I cancel? We are moving to another tool.",
    '=IF(A1>0,"paid","open") is what your export wrote into a cell. We are thinking about leaving.',
  ],
};

export const DETAILS: Lines = [
  "It started yesterday around noon.",
  "I tried Chrome and Firefox, same thing.",
  "Nobody else in the team can do it either.",
  "We have a deadline on Friday, so this is rather urgent.",
  "The order number is #4711-B, in case that helps.",
  "I've read the help article but it doesn't mention our case.",
  "Screenshot attached.",
  "Happy to jump on a call if that's easier.",
];

export const CUSTOMER_FOLLOW_UPS: Lines = [
  "Any news on this?",
  "Thanks, I'll try that and get back to you.",
  "That didn't help, I still see the same message.",
  "Yes, that's the right account.",
  "Perfect, it works now 🎉",
  "Sorry for the delay – I was out of the office.",
  "Could you explain the second step? I can't find the menu.",
  "ok",
  "Thank you so much for the quick help!",
  "This is the third time I have to ask…",
];

export const CUSTOMER_RETURNS: Lines = [
  "It happened again, the same error as last week.",
  "Hi, one more question about this.",
  "Unfortunately the problem is back.",
  "Thanks! You can close this now.",
];

export const TEAMMATE_REPLIES: Lines = [
  "Thanks for reaching out! I'm looking into it right now.",
  "Could you send us the id of the affected entry?",
  "I've reset it on our side. Please log out and in again.",
  "Our engineers found the cause, a fix goes out this afternoon.",
  "You'll find it under Settings → Workspace → Members.",
  "I've issued the credit, it shows on the next invoice.",
  "That isn't possible today, but I've passed it on to our product team.",
  "Sorry for the trouble & thank you for your patience.",
];

export const TEAMMATE_CLOSINGS: Lines = [
  "I'm closing this for now – just reply if anything is left.",
  "Glad that it works again. Have a great day!",
  "As we haven't heard back, we'll close this conversation.",
];

export const HANDOVERS: Lines = [
  "I'm handing you over to a colleague who knows this part best.",
  "Our billing team will take it from here.",
];

export const NOTES: Lines = [
  "Looks like the same cause as ticket 8812, checking with engineering.",
  "Customer is on the old plan, please don't promise a date.",
  "Called them, voicemail. Will try again tomorrow.",
  "Can somebody from Tier 2 have a look? Logs show a time-out.",
];

export const AI_ANSWERS: Lines = [
  "You can change this in Settings. Here is how:",
  "I found an article that should help with that.",
  "It looks like the connection has expired. Reconnecting it usually solves this:",
];

export const STEPS: Lines = [
  "Open Settings",
  "Choose your workspace",
  'Click "Reconnect"',
  "Confirm with your password",
  "Wait for the green tick",
];

export const BOT_GREETINGS: Lines = [
  "Hi there 👋 How can we help you today?",
  "Thanks for your message! The team typically replies in under an hour.",
];

export const QUICK_REPLIES: Lines = ["Billing question", "Something is broken", "Talk to a person"];

export const CAMPAIGNS: Lines = [
  "Hi {name}, have you tried the new bank rules yet? Reply to this message and we'll show you.",
  "We'd love to hear how the first month went. What could be better?",
  "Your trial ends in three days – any questions?",
];

export const TEAMMATE_OPENINGS: Lines = [
  "Hi, I noticed that your bank sync failed twice today. Shall I reset it for you?",
  "Following up on our call: here is the summary we talked about.",
];

export const REMARKS: Record<"good" | "bad", Lines> = {
  good: ["Fast and friendly!", "Solved in minutes, thank you 🙏", "Great help"],
  bad: [
    "Took days to get an answer.",
    "Still not solved; I was asked the same thing three times.",
    "Closed without a solution",
  ],
};

/** Openings in other languages than English: first the message, then a detail. */
export const ABROAD: Record<Exclude<Language, "en">, Lines> = {
  de: ["Guten Tag, wo finde ich die Rechnung für März? Grüße aus Köln", "Der Export bricht bei Umlauten (ä, ö, ü) ab."],
  fr: [
    "Bonjour, la synchronisation bancaire ne fonctionne plus depuis hier.",
    "Je n'arrive pas à télécharger la facture, ça affiche « erreur ».",
  ],
  es: ["¿Cómo puedo añadir otro usuario a mi cuenta?", "El informe trimestral no cuadra, ¿pueden revisarlo mañana?"],
  ar: ["مرحبًا، لا أستطيع تسجيل الدخول إلى حسابي منذ الصباح.", "هل يمكنكم إرسال الفاتورة مرة أخرى؟"],
  he: ["שלום, הייצוא לאקסל לא עובד אצלי.", "תודה רבה על העזרה המהירה!"],
  ja: ["請求書の宛名を変更したいのですが、どうすればよいですか？", "アプリがすぐに落ちてしまいます。"],
};

export const LANGUAGE_NAME: Record<Language, string> = {
  en: "English",
  de: "German",
  fr: "French",
  es: "Spanish",
  ar: "Arabic",
  he: "Hebrew",
  ja: "Japanese",
};
