// ページの文言（日本語）。バッククォートの中はコード。

export const japanese = {
  documentTitle: 'ウォレットの検証を見る · sequence-auth',
  skip: '本文へ移動',
  language: '言語',
  theme: 'テーマ',
  'theme.system': 'システム',
  'theme.light': 'ライト',
  'theme.dark': 'ダーク',
  title: 'ウォレットの検証を見る',
  lead: 'プレイヤーが Sequence でサインインして ID トークンを受け取り、それを信じてよいかをバックエンドが判断します。このページでは、その一つひとつの手順と、拒否されたときの理由を確かめられます。',
  'trust.demo':
    '本番では使わないでください。このサーバーは `{issuer}` のデモ発行者を信頼しています。デモ発行者は Embedded Wallet と OMS Wallet の役を務め、誰にでもトークンを署名して渡します。このマシンだけで待ち受け、メールは送らず、終了するとすべて忘れます。',
  'trust.issuer':
    'このサーバーは、`{issuer}` が発行した {kind} のトークン（プロジェクト {project}）を受け付けます。',
  'failed.page':
    'サーバーが応答しません（{problem}）。起動しているか確かめて、このページを再読み込みしてください。',
  footer:
    'Rust クレート sequence-auth のサンプルサーバーです。このページは外部から何も読み込まず、このサーバーと発行者だけと通信します。',

  'issuer.embeddedWallet': 'Embedded Wallet',
  'issuer.omsWallet': 'OMS Wallet',

  'signIn.heading': '1. サインイン',
  'signIn.noAccessKey':
    'ここでサインインするには、プロジェクトのアクセスキーを付けてサーバーを起動してください：`--access-key KEY`、または環境変数 `ACCESS_KEY`。フロントエンドで使う公開キーで、Sequence Builder で確認できます。なくても、下にトークンを貼り付けて検証できます。',
  'signIn.omsAlone':
    'このサーバーが受け付けるのは OMS Wallet のトークンだけで、このページからはサインインできません。下にトークンを貼り付けて検証できます。',
  'signIn.email': 'メールアドレス',
  'signIn.sendCode': 'コードを送る',
  'signIn.code': 'メールで届いたコード',
  'signIn.codeDemo': 'デモ発行者はメールを送りません。コードは何でもかまいません（例：123456）。',
  'signIn.codeSequence': 'Sequence が {email} にコードを送りました。',
  'signIn.withCode': 'サインイン',
  'signIn.or': 'アカウントを使わない場合',
  'signIn.guest': 'ゲストとしてサインイン',
  'signIn.asEmail': '{email} としてサインインしています。ウォレット：`{wallet}`',
  'signIn.asGuest': 'ゲストとしてサインインしています。ウォレット：`{wallet}`',
  'signIn.asBefore': '前回のサインインが続いています。ウォレット：`{wallet}`',
  'signIn.out': 'サインアウト',
  'signIn.failed': 'サインインできませんでした：{problem}',
  'signIn.outFailed': 'サインアウトできませんでした：{problem}',
  'signIn.wrongCode': 'メールのコードと一致しません。もう一度入力してください。',
  'problem.unreachable':
    'このブラウザーから発行者 {issuer} に接続できません。起動しているか確かめてください。デモ発行者には、それが動いているマシンからしか接続できません。',
  'signIn.sessionGone':
    '発行者はこのセッションを覚えていません（デモ発行者は終了するとセッションを忘れます）。もう一度サインインしてください。（{problem}）',

  'token.heading': '2. ID トークンを取得',
  'token.nonce': 'ノンス（任意）',
  'token.nonceHint':
    'バックエンドが作った値です。署名されたトークンの中に入って戻るので、そのトークンがこのリクエストのために作られたことが分かります。128 バイトまで。',
  'token.get': 'ID トークンを取得',
  'token.failed': 'トークンを取得できませんでした：{problem}',
  'token.nonceTooLong': 'ノンスが {bytes} バイトあります。上限は 128 バイトです。',
  'oms.summary': 'OMS Wallet のトークンを取得する',
  'oms.email': 'OMS Wallet のプレイヤーのメールアドレス',
  'oms.get': 'OMS Wallet のトークンを取得',
  'oms.hint':
    'OMS Wallet は Embedded Wallet の後継です。ここではサインインはせず、入力したメールアドレスのトークンにデモ発行者が署名します。',
  'token.paste': 'トークンを貼り付ける',
  'token.pasted': '手元のトークン',
  'token.usePasted': 'このトークンを使う',
  'token.none': 'トークンはまだありません。サインインするか、トークンを貼り付けてください。',
  'token.nonePasted': 'トークンはまだありません。貼り付けてください。',
  'token.ready': 'トークンはまだありません。サインイン済みなので取得できます。',
  'token.issued': '発行者から取得したトークン。',
  'token.wasPasted': '貼り付けたトークン。',
  'token.expires': '有効期限：',
  'token.reveal': '全体を表示',
  'token.hide': '短く表示',
  'token.copy': 'コピー',
  'token.copied': 'コピーしました',
  'token.copyFailed': 'ブラウザーがコピーを許可していません。全体を表示して、手でコピーしてください。',
  'token.secret':
    'トークンは秘密です。期限が切れるまでは、持っている人がこのプレイヤーになれます。だからここでは短く表示し、ログにも決して残しません。',

  'verify.heading': '3. バックエンドで検証',
  'verify.how': 'トークンの送り方',
  'verify.body': 'JSON のボディで：`POST /api/verify-wallet`',
  'verify.bearer': 'Bearer トークンとして：`GET /me`',
  'verify.tamper': '途中で改ざんする',
  'verify.button': 'バックエンドで検証',
  'verify.failed': 'リクエストを送れなかったか、応答がありませんでした：{problem}',
  'tampering.none': 'しない（そのまま送る）',
  'tampering.claims': 'メールアドレスを書き換える',
  'tampering.signature': '署名の 1 バイトを変える',
  'tampering.key': '別の鍵（kid）を名乗る',
  'tampering.algorithm': '署名なしと称する（alg: none）',
  'tampered.claims': '途中で、クレームのメールアドレスが書き換えられた',
  'tampered.signature': '途中で、署名の 1 バイトが変えられた',
  'tampered.key': '途中で、ヘッダーが別の鍵を名乗るように変えられた',
  'tampered.algorithm': '途中で、ヘッダーが署名なしと称するように変えられた',

  'contents.heading': 'トークンの主張（未検証）',
  'contents.warning':
    'このようなトークンは誰にでも書けます。フロントエンドで表示するのはかまいませんが、バックエンドが署名を検証するまでは、何の根拠にもしてはいけません。',
  'contents.tampered': '改ざんした、これから送る内容です。',
  'contents.header': 'ヘッダー',
  'contents.claims': 'クレーム',
  'contents.unreadable':
    '読み取れません。トークンには、base64url で書かれたヘッダー、クレーム、署名があり、ヘッダーとクレームは JSON です。',
  'claim.alg': '署名の方式',
  'claim.kid': '署名した鍵',
  'claim.typ': '種類',
  'claim.iss': '発行者',
  'claim.aud': '対象のプロジェクト',
  'claim.sub': 'プレイヤーのウォレット（OMS Wallet ではその ID）',
  'claim.email': 'プレイヤーのメールアドレス',
  'claim.iat': '発行',
  'claim.exp': '期限',
  'claim.nbf': '有効になる時刻',
  'claim.auth_time': 'サインイン',
  'claim.nonce': '要求したノンス',
  'claim.identity': 'サインインの方法',
  'claim.walletAddress': 'プレイヤーのウォレット',
  'claim.wallet': 'プレイヤーのウォレット',
  'claim.wallet_address': 'プレイヤーのウォレット',
  'claim.wallet_id': 'OMS Wallet でのウォレットの ID',
  'claim.wallet_type': 'ウォレットの種類',
  'claim.project_id': '対象のプロジェクト',
  'claim.issuer': '発行者',
  'claim.issued_at': '発行',
  'claim.expires_at': '期限',
  'claim.authenticated_at': 'サインイン',
  'time.moment': '{absolute}（{relative}）',
  'time.often': '続けて 2 回まで、その後は {cooldown} 秒に 1 回',
  'time.eachTime': '毎回',

  'result.heading': '判定',
  'result.none': 'まだ何も送っていません。',
  'result.waiting': 'バックエンドに問い合わせています…',
  'result.accepted': '受理されました',
  'result.acceptedWho':
    'このプレイヤーがウォレット `{wallet}` の持ち主であることを、バックエンドが確認しました。',
  'result.acceptedWhoEmail':
    'このプレイヤーがウォレット `{wallet}` の持ち主で、メールアドレスが {email} であることを、バックエンドが確認しました。',
  'result.refused': '拒否されました',
  'result.undecided': '判定できません',
  'result.unanswered': '応答がありません',
  'result.reason': '理由',
  'result.cure': '対処',
  'result.issuer': '判定に使った鍵と規則',
  'result.issuerValue': '{kind}（`{issuer}`）',
  'result.wording': 'バックエンドの言葉',
  'result.unknown': 'バックエンドは {status} を返しました。その理由は、このページの知らないものです。',
  'result.unexplained': 'バックエンドは {status} を返しました。このページで読み取れる理由は付いていません。',
  'result.retryAfter': 'バックエンドは {duration}待つように求めています（`Retry-After`）。',

  'flow.expected': 'バックエンドがこれから検査すること',
  'flow.heading': '起きたこと',
  'flow.signedInEmail': '{email} のメールで Sequence にサインインした',
  'flow.signedInGuest': 'ゲストとして Sequence にサインインした',
  'flow.signedInBefore': 'このページを開く前に、Sequence にサインインしていた',
  'flow.token': '発行者がウォレットの ID トークンに署名した',
  'flow.tokenNonce': '発行者がウォレットの ID トークンに署名した（ノンス：{nonce}）',
  'flow.omsToken': 'デモ発行者が {email} の OMS Wallet の ID トークンに署名した',
  'flow.pasted': 'トークンが貼り付けられた',
  'flow.noToken': '送るトークンがなかった',
  'flow.sentBody': 'ページがトークンを JSON のボディでバックエンドに送った',
  'flow.sentBearer': 'ページがトークンを Bearer トークンとしてバックエンドに送った',
  'flow.sentNothing': 'ページがトークンなしでリクエストを送った',
  'flow.checked': 'バックエンドが順に検査した（通らなければ、次へは進まない）',
  'flow.answered': 'バックエンドが {milliseconds} ミリ秒で {status} を返した',
  'check.request': 'リクエストにトークンが一つある',
  'check.form': 'トークンの形式が正しい：大きさ、base64url、認められた署名方式',
  'check.key': '名乗った鍵を発行者が公開している',
  'check.signature': 'その鍵による署名である',
  'check.claims': 'クレームが正しい：発行者、時刻、ウォレット、各値の形式',
  'check.policy': 'このバックエンドの条件を満たす：プロジェクト、メールアドレス',
  'check.passed': '合格',
  'check.failed': '不合格',
  'check.undecided': '検査不能',
  'check.skipped': '未実施',

  'verified.heading': 'バックエンドが検証した内容',
  'verified.hint': 'バックエンドの応答から。ハンドラーが受け取るのはこの内容です。',
  'exchange.heading': 'HTTP のやり取り',
  'exchange.request': 'リクエスト',
  'exchange.response': 'レスポンス',
  'exchange.note':
    '上で全体を表示していないかぎり、トークンは短く示します。ヘッダーは、ページが設定したものと、応答のうち判定に関わるものです。',

  'keys.heading': 'バックエンドの鍵（現在）',
  'keys.hint':
    '`GET /healthz` から。バックエンドは発行者ごとに公開鍵を 5 分おきに裏で取得します。リクエストがそれを待つことはありません。',
  'keys.issuer': '発行者',
  'keys.state': '状態',
  'keys.fresh': 'fresh：直近の取得に成功',
  'keys.stale': 'stale：直近の取得に失敗。以前の鍵を使い続けている',
  'keys.expired': 'expired：古すぎて信頼できない。リクエストには 503 を返す',
  'keys.waiting': 'waiting：まだ鍵がない。リクエストには 503 を返す',
  'keys.unreachable': 'サーバーが応答しません。',
  'keys.ids': '鍵の ID（kid）',
  'keys.none': 'なし',
  'keys.age': '取得',
  'keys.ageValue': '{duration}前',
  'keys.next': '次の取得',
  'keys.nextValue': '{duration}後',
  'keys.now': '取得中',
  'keys.refetch': '知らない鍵のとき',
  'keys.refetchNow': 'すぐに取得',
  'keys.error': '直近の取得',
  'keys.errorValue': '失敗（連続 {failures} 回）：{error}',

  'demo.heading': 'デモ発行者の操作',
  'demo.warning': 'デモ発行者だけにある機能です。本番では使わないでください。',
  'demo.issuer': '操作する発行者',
  'demo.rotateHint':
    'Sequence は鍵を一度に入れ替えます。バックエンドが新しい鍵を知ると、古い鍵で署名されたトークンはすぐに無効になります。',
  'demo.sameKid': '鍵の ID（kid）を変えない（違いは署名だけに表れる）',
  'demo.rotate': '鍵を入れ替える',
  'demo.rotated':
    '発行者の鍵が新しくなりました：`{kid}`。新しいトークンを取得して検証してください。バックエンドは知らない鍵に出会うと発行者に問い合わせます（{often}。いつできるかは「バックエンドの鍵」に出ます）。拒否されたら、そのあいだ待って、もう一度検証してください。',
  'demo.rotatedSameKid':
    '発行者の鍵が、同じ ID のまま新しくなりました：`{kid}`。新しいトークンを取得して検証してください。署名が古い鍵と合わないので拒否され、それをきっかけにバックエンドが鍵を取得し直します（{often}。いつできるかは「バックエンドの鍵」に出ます）。そのあとで、もう一度検証してください。',
  'demo.failure': '鍵を求められたときの発行者の応答',
  'demo.set': '設定',
  'demo.failureHint':
    'それでもトークンが検証できることを確かめてください。手元の鍵は 24 時間使えます。バックエンドは次の取得で異常に気づきます。すぐに取得させるには、鍵を入れ替えてから新しいトークンを検証してください。',
  'demo.failureSet': '発行者の鍵の応答：{mode}',
  'demo.failed': 'デモ発行者が応じませんでした：{problem}',
  'failure.none': '正しく鍵を返す',
  'failure.unavailable': '500 を返す（鍵のサービスが停止）',
  'failure.hang': 'バックエンドが諦めるまで応答しない',
  'failure.garbage': '200 で HTML を返す（途中のプロキシのように）',
  'failure.empty': '鍵のない鍵セットを返す',

  'refusal.MissingToken': 'リクエストにトークンがありません。',
  'refusal.RepeatedAuthorization':
    'Authorization ヘッダーが二つあります。どちらが本物か分からないので、どちらも使いません。',
  'refusal.MalformedAuthorization':
    'Authorization ヘッダーは Bearer ですが、続く値がトークンの形をしていません。',
  'refusal.RepeatedTokenHeader':
    'トークン用のヘッダーが二つあります。読む側によって、違うほうを選ぶおそれがあります。',
  'refusal.MalformedTokenHeader': 'トークン用のヘッダーの値が、トークンの形をしていません。',
  'refusal.RepeatedTokenCookie':
    'トークン用のクッキーが二つあります。一つは、別のホストが設定したものかもしれません。',
  'refusal.MalformedTokenCookie':
    'トークン用のクッキーの値がトークンの形をしていないか、クッキーが全部で 16 KiB を超えています。',
  'refusal.RepeatedTokenProtocol': 'トークンを含む WebSocket サブプロトコルが二つあります。',
  'refusal.MalformedTokenProtocol':
    'トークン用の WebSocket サブプロトコルの値がトークンの形をしていないか、サブプロトコルが全部で 16 KiB を超えています。',
  'refusal.MalformedBody': 'ボディは JSON と称していますが、JSON ではありません。',
  'refusal.RepeatedTokenField':
    'ボディにトークンのフィールドが二つ以上あります（sequenceToken が二つ、または sequenceToken と idToken など）。読む側によって、違うほうを選ぶおそれがあります。',
  'refusal.TokenFieldNotString': 'ボディにトークンのフィールドはありますが、文字列ではありません。',
  'refusal.BodyInterrupted': 'リクエストが途中で切れました。',
  'refusal.BodyTooLarge': 'ボディが、バックエンドがトークンを探して読む上限（64 KiB）を超えています。',
  'refusal.BodyTimeout': 'ボディが届くまでに時間がかかりすぎました。',
  'refusal.TokenTooLarge': 'トークンが、Sequence の発行するものよりはるかに大きくなっています。',
  'refusal.MalformedToken': 'トークンの形をしていません。ドットで区切られた三つの base64url が必要です。',
  'refusal.HeaderTooLarge': 'トークンの最初の部分が、Sequence の書くものよりはるかに大きくなっています。',
  'refusal.MalformedHeader': 'トークンの最初の部分が、正しい JSON オブジェクトではありません。',
  'refusal.UnsupportedAlgorithm':
    'トークンが、このバックエンドの認めない署名方式を名乗っています。昔からある攻撃です。none や、攻撃者の選んだ鍵が通れば、誰でも署名できてしまいます。だから、トークンが何と言おうと、発行者ごとに決まった方式しか認めません（Embedded Wallet は RS256、OMS Wallet は ES256）。',
  'refusal.UnsupportedType': 'トークンが JWT 以外のものだと名乗っています。',
  'refusal.UnsupportedExtension':
    'トークンが、バックエンドの知らない規則を求めています。無視すれば当て推量になります。',
  'refusal.MissingKeyId': 'どの鍵で署名したかが、トークンに書かれていません。',
  'refusal.UnknownKey':
    'トークンが名乗る鍵を、バックエンドは持っていません。発行者が鍵を入れ替えた直後か、別のところで作られたトークンです。',
  'refusal.KeysUnavailable':
    'いま信頼できる鍵がないため、バックエンドはどのトークンも判断できません。トークン自体に問題があるとは限りません。',
  'refusal.InvalidSignature':
    '署名が合いません。署名のあとでトークンが変えられたか、別の鍵で署名されています。トークンを信じてよいかどうかは、この検査で決まります。',
  'refusal.MalformedClaims': 'クレームが、各名前が一度だけ現れる JSON オブジェクトになっていません。',
  'refusal.InvalidIssuer': '別の発行者、または Sequence の別の環境が発行したトークンです。',
  'refusal.InvalidAudience':
    '別のプロジェクトのトークンです。これを認めると、どのゲームのトークンでも、ほかのすべてのゲームで通用してしまいます。',
  'refusal.InvalidExpiry': '有効期限がないか、正しく書かれていません。',
  'refusal.Expired':
    'トークンの有効期限が切れています。Embedded Wallet のトークンは 10 分間有効で、OMS Wallet ではクライアントが長さを決めます。',
  'refusal.LifetimeTooLong': 'トークンの有効期間が、このバックエンドの認める長さ（初期値は 24 時間）を超えています。',
  'refusal.InvalidIssuedAt': '発行時刻がないか、正しく書かれていません。',
  'refusal.IssuedInFuture': 'バックエンドの時計では、まだ発行されていないはずのトークンです。',
  'refusal.InvalidNotBefore': '有効になる時刻が正しく書かれていません。',
  'refusal.NotYetValid': 'バックエンドの時計では、まだ有効になっていないトークンです。',
  'refusal.InvalidAuthTime': 'サインインの時刻が正しく書かれていないか、未来の時刻です。',
  'refusal.InvalidSubject':
    'ウォレットのトークンではありません。サブジェクトが、アドレス（OMS Wallet ではウォレットの ID）の形をしていません。',
  'refusal.InvalidWalletAddress': 'ウォレットのアドレスがないか、正しく書かれていません。',
  'refusal.UnsupportedWalletType':
    'Solana など、Ethereum 以外のウォレットのトークンです。このバックエンドがプレイヤーを見分けるためのアドレスがありません。',
  'refusal.InvalidEmail':
    'メールアドレスのクレームはありますが、文字列でないか、320 バイトを超えるか、制御文字を含んでいます。',
  'refusal.MissingEmail':
    'トークンは本物ですが、メールアドレスがありません。ゲストにはメールアドレスがなく、このバックエンドはそれを求めています。',
  'refusal.InvalidNonce': 'ノンスのクレームはありますが、文字列ではありません。',
  'refusal.InvalidIdentity': 'サインインの方法を示すクレームの形式が正しくありません。',
  'refusal.UntrustedTimes':
    'このバックエンドは、トークンの発行時刻やサインインの時刻を判断に使います。OMS Wallet は、それらを誰が書くかを明らかにしておらず、クライアントが書けるおそれがあります。そのため、ここでは OMS Wallet のトークンを拒否します。',
  'refusal.TokenTooOld': 'トークンは本物ですが、このバックエンドはもっと新しいものを求めています。',
  'refusal.MissingAuthTime':
    'トークンにサインインの時刻がありません。このバックエンドは、最近サインインしていることを求めています。',
  'refusal.SessionTooOld': 'ウォレットにサインインしてから、このバックエンドが認める時間を過ぎています。',
  'refusal.MissingNonce':
    'トークンにノンスがありません。このバックエンドは、自らが発行したノンスを求めています。ノンスがないと、トークンの写しをもう一度送られるおそれがあります。',
  'refusal.ForeignNonce': 'トークンのノンスは、このバックエンドが発行したものではありません。',
  'refusal.MissingBinding':
    'ノンスは一つのブラウザーのものですが、それを示すクッキーまたはヘッダーがないか、二つあるか、長すぎます。',
  'refusal.OtherBinding':
    '別のブラウザーのために発行されたノンスです。これを認めると、攻撃者が自分のアカウントに他人をサインインさせられます。',
  'refusal.NonceIssuedInFuture': 'バックエンドの時計では、まだ発行されていないはずのノンスです。',
  'refusal.ExpiredNonce': 'ノンスの有効期限が切れています。',
  'refusal.OtherScope':
    'このバックエンドの別のプロセス、または再起動前のプロセスが発行したノンスです。使われたかどうかを、このプロセスは知ることができません。',
  'refusal.UsedNonce': 'すでに使われたノンスです。写し取られたトークンは、ここで止まります。',
  'refusal.UsedToken': 'すでに使われたトークンです。このバックエンドは、各トークンを一度だけ受け付けます。',
  'refusal.CrossSiteCookie':
    '別のサイトが作ったリクエストに、ブラウザーがクッキーを自動で付けました。訪問者になりすます手口なので、拒否します。',
  'refusal.UnknownPlayer':
    'トークンに問題はありません。アプリケーションに、このプレイヤーの記録がありません。',
  'refusal.LoadFailed':
    'アプリケーションが、このプレイヤーの情報を読み込めませんでした。トークン自体に問題があるとは限りません。',
  'refusal.NotAuthorized':
    'トークンに問題はありません。アプリケーションが、このプレイヤーを受け入れていません。',
  'refusal.OneTimeStoreUnavailable':
    'いまはトークンの使用を記録できないため、バックエンドは誰も通しません。トークン自体に問題があるとは限りません。',
  'refusal.OneTimeStoreFull':
    '記録している使用が多く、いまは新しく記録する余地がありません。トークン自体に問題があるとは限りません。',
  'refusal.OneTimeShareUsed':
    'このウォレットのサインインが多いため、いまはこれ以上記録できません。ほかのプレイヤーには影響しません。',

  'cure.sendToken':
    'サインインして ID トークンを取得し、送ってください。`Authorization: Bearer …` として、または `Content-Type: application/json` のボディのフィールド `sequenceToken`（OMS Wallet では `idToken`）に入れて送ります。',
  'cure.fixRequest':
    'リクエストを作るコードを直してください。トークンは一つだけ、一か所に、正しい JSON または一つのヘッダーで送ります。途中のプロキシが何かを加えた可能性もあります。',
  'cure.ownSite':
    'バックエンド自身のページからリクエストしてください。途中のプロキシは、ブラウザーが指定した `Host` をそのまま渡す必要があります。',
  'cure.wholeToken':
    '`getIdToken()` が返したトークンを、そのまま全部送ってください。前後や途中に何も加えてはいけません。',
  'cure.sendAgain': 'もう一度送ってください。たびたび起きるなら、回線や途中のプロキシを調べてください。',
  'cure.useHeader':
    'トークンを Authorization ヘッダーで送ってください。そうすればボディは読まれません。または `body_limit` を大きくします。',
  'cure.otherToken':
    'Sequence はこのようなトークンを発行しません。`getIdToken()` で取得し、このトークンの出どころを調べてください。',
  'cure.trustedWallet':
    'ウォレットの SDK が返したトークンを、そのまま送ってください。バックエンドがまだ知らないウォレットのものなら、その発行者も信頼するように設定してください（`SequenceAuthLayer::or`）。',
  'cure.waitForKey':
    '新しいトークンなら、待てば解決します。バックエンドは発行者に鍵を問い合わせ直します（{often}。いつできるかは「バックエンドの鍵」に出ます）。そのあいだ待って、もう一度検証してください。発行者が鍵を入れ替える前のトークンなら、取得し直してください。',
  'cure.waitForKeys':
    'しばらく待って、同じリクエストをもう一度送ってください。運用者は `GET /healthz` で、鍵を取得できない理由を確かめてください。',
  'cure.untouchedToken':
    'トークンを変えずに送ってください。変えていないなら、発行者が鍵を入れ替えた可能性があり、バックエンドは新しい鍵を問い合わせます（{often}）。新しいトークンを取得し、しばらくしてからもう一度試してください。',
  'cure.sameEnvironment':
    'フロントエンドとバックエンドで、Sequence の同じ環境を使ってください。`SequenceAuthLayer::from_config_key` は、フロントエンドの `waasConfigKey` から環境を読み取ります。OMS Wallet では、バックエンドの信頼する発行者が、トークンの `iss` と一致していなければなりません。',
  'cure.sameProject':
    'フロントエンドとバックエンドで、同じプロジェクト ID を使ってください。`also_project` で、別のプロジェクトのトークンも受け付けられます。',
  'cure.freshToken':
    '新しいトークンを取得して、すぐに送ってください。フロントエンドは、バックエンドにサインインするたびに `getIdToken()` を呼びます。',
  'cure.shorterLifetime':
    '有効期間のもっと短いトークンを取得するか（OMS Wallet では `ttlSeconds`）、ビルダーの `max_token_lifetime` を大きくしてください。',
  'cure.shareStore':
    '新しいノンスを受け取り、もう一度試してください。バックエンドに複数のプロセスがあるなら、運用者は共有のストアを `NoncesBuilder::store` で設定してください。',
  'cure.signInLess':
    'しばらく待ち、サインインの回数を減らしてください。一つのトークンは 10 分間使えます。もっと必要なら、運用者は `MemoryStore::max_per_wallet` を大きくしてください。',
  'cure.setClock':
    '時計を合わせてください（バックエンドで NTP を動かします）。30 秒までのずれは許されます。`leeway` で変えられます。',
  'cure.signInByEmail':
    'メールアドレスでサインインしてください。ゲストも受け入れるなら、レイヤーに `EmailPolicy::Optional` を設定します。',
  'cure.signInAgain':
    'ウォレットからサインアウトし、もう一度サインインして、新しいトークンを取得してください。',
  'cure.ethereumWallet': 'プレイヤーの Ethereum ウォレットのトークンを取得してください。',
  'cure.relyOnOther':
    '運用者が対処します。`max_token_age`、`max_session_age`、`once` を設定すると、OMS Wallet のトークンは通りません。トークンの有効期間は `max_token_lifetime` で制限でき、`with_nonces` を使えば、各トークンを一度だけ通せます。',
  'cure.askNonce':
    'バックエンドから新しいノンスを受け取り、それを入れたトークンを取得して（`getIdToken({ nonce })`）、同じブラウザーからすぐに送ってください。',
  'cure.sendBinding': 'ノンスが発行されたときのクッキーまたはヘッダーを、ちょうど一つ送ってください。',
  'cure.askOperator':
    '別のアカウントでサインインするか、運用者に問い合わせてください。規則は、レイヤーの `authorize` または `authorize_async` にあります。',
  'cure.waitForStore':
    'しばらく待って、同じリクエストをもう一度送ってください。ノンスが使用済みになっていたら、新しいものを受け取ってください。運用者は、記録先の状態を確かめてください。'
}
