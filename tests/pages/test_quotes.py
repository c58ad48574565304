"""The printed manual's own words stand on the pages as they are (journeys.md, texts in 「」)."""

from __future__ import annotations

import pytest

from tests.pages.drawing import draw, read, texts

QUOTES = [
    ("email_address", "サインアップ:メールアドレス登録"),
    ("email_address", "サインアップ:登録情報入力"),
    ("email_address", "サインアップ:登録情報確認"),
    ("email_address", "完了"),
    ("email_address", "メールアドレス登録"),
    ("email_address", "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"),
    ("email_address", "60分以内にメールに記載されたURLをクリックして手続きを進めてください。"),
    ("email_address", "@univ.coopからのメールが受信できるよう、設定の確認と変更をお願いいたします。"),
    ("email_address", "迷惑メール設定変更方法"),
    ("email_address", "univcoop マイポータルに登録する方のメールアドレス"),
    ("email_address", "univcoop マイポータルに登録する方の生年月日"),
    ("email_address", "必須"),
    ("email_address", "半角英数字"),
    ("email_address", "大学生協に登録されているメールアドレスを使用いただくと、登録済み情報が入力画面に表示されます"),
    ("email_address", "個人情報保護方針"),
    ("email_address", "メールアドレスを登録する"),
    ("email_address", "ページトップへ戻る"),
    ("mail_sent", "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"),
    ("open_link", "登録画面へ進む"),
    ("registration", "登録情報入力"),
    ("registration", "必須項目をすべて入力し、「入力内容を確認する」を押下してください。"),
    ("registration", "登録者メールアドレス"),
    ("registration", "登録者の生年月日"),
    ("registration", "完了通知を送信します。"),
    ("registration", "一覧から選択"),
    ("registration", "大学生協の情報取得やECサイトの利用が可能になります。"),
    ("registration", "備考(連絡事項)"),
    ("registration", "任意"),
    ("registration", "連絡事項があれば入力してください。"),
    ("registration", "入力内容を確認する"),
    ("confirmation", "登録情報確認"),
    ("confirmation", "登録者情報"),
    (
        "confirmation",
        "以下の内容で登録をします。よろしければ「univcoop マイポータルにサインアップする」を押下してください。",
    ),
    ("confirmation", "univcoop マイポータルにサインアップする"),
    ("done", "【大学生協】univcoop マイポータル 登録完了のお知らせ"),
    ("done", "パスワードの設定をする"),
    ("user_details", "ユーザーの詳細"),
    ("user_details", "メールアドレス"),
    ("user_details", "確認コードを送信"),
    ("user_details", "続行"),
    ("user_details", "← キャンセル"),
    (
        "user_details",
        "メールアドレス変更フォームにて変更処理を行っている方は変更後のメールアドレスをご入力ください。",
    ),
    ("user_details-too-early", "「確認コードを送信」を押してください"),
    (
        "verify_email",
        "受信トレイに確認コードが送信されました。以下の入力ボックスにコードをコピーしてください。",
    ),
    ("verify_email", "kumiai@example.jp"),
    ("verify_email", "コードの確認"),
    ("verify_email", "新しいコードを送信"),
    ("email_verified", "メールアドレスが確認できました。次に進んでください。"),
    ("email_verified", "続行"),
    ("new_password", "新しいパスワード"),
    ("new_password", "新しいパスワードを確認してください"),
    ("new_password", "※小文字・大文字・番号・記号を混ぜて、8文字以上にしてください。"),
    ("new_password", "続行"),
    ("sign_in", "サインイン"),
    ("sign_in", "パスワードをお忘れですか"),
    ("sign_in", "今すぐサインアップ"),
    ("sign_in", "univcoopマイポータルに新規登録"),
    ("sign_in-wrong", "パスワードの登録"),
    ("enroll_phone", "コードの送信"),
    ("enroll_phone", "電話をする"),
    ("enroll_phone-no-sms", "この番号ではSMSを受け取れません。"),
    ("verify_phone", "コードの送信"),
    ("verify_phone", "電話をする"),
    ("verify_phone", "090-****-**78"),
    ("verify_phone_code-call", "コードの確認"),
    ("identifier", "確認コードを送信する"),
    ("verify_identifier", "ログイン"),
    ("consent", "アクセスを許可する"),
]

MAIL_QUOTES = [
    ("sign_up_link.subject", "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"),
    ("sign_up_link.deadline", "※URLの有効期限は、発行後 1 時間です"),
    ("sign_up_link.facts.heading", "【メールアドレス登録で入力頂いた内容】"),
    ("sign_up_link.facts.email", "手続きをする方のメールアドレス"),
    ("sign_up_link.facts.birth_date", "手続きをする方の生年月日"),
    ("common.notes", "※このメールに心当たりのない方は、恐れ入りますが破棄をしてください"),
    ("common.notes", "※このメールアドレスは送信専用です。返信はできません"),
    ("common.notes", "各大学の大学生協"),
    ("registered.subject", "【大学生協】univcoop マイポータル 登録完了のお知らせ"),
]


@pytest.mark.parametrize(("name", "quote"), QUOTES)
def test_the_manuals_words_stand_as_they_are(name, quote):
    assert quote in read(draw(name)).all("body")[0].text


@pytest.mark.parametrize(("key", "quote"), MAIL_QUOTES)
def test_the_manuals_words_stand_in_the_mails(key, quote):
    assert quote in texts().get("ja", f"mails.{key}", expires_at="x")


def test_the_mail_is_from_the_portal():
    from tests.pages.screens import SITE  # noqa: PLC0415

    assert SITE.mail.names["ja"] == "univcoop マイポータル"
