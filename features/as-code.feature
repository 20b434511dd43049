@at:token
Feature: A code can be bound to a key from the start
  RFC 9449 §10: dpop_jkt in the authorization request binds the code to a key,
  so that a stolen code is worth nothing even beside its code_verifier.

  @RFC9449-10-03
  Scenario: A bound code is redeemed with its key
    When the client redeems a code bound by "dpop_jkt" with a proof by its key
    Then it is accepted
    And the access token is bound to its key

  @RFC9449-10-01 @RFC9449-11.9-01
  Scenario: A bound code is refused with another key
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code bound by "dpop_jkt" with a proof by another key
    Then it is refused

  @RFC9449-10-01 @RFC9449-11.9-01
  Scenario Outline: A bound code is refused with another key the second time as well
    Given a code bound by "<means>" gives a token to its key
    When the client redeems a code bound by "<means>" with a proof by another key
    And the client redeems the same code with a proof by another key
    Then it is refused

    Examples:
      | means        |
      | dpop_jkt     |
      | pushed proof |

  @RFC9449-10-01
  Scenario: The refusal of a code with another key is a token error
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code bound by "dpop_jkt" with a proof by another key
    Then it is refused with the error "invalid_grant" or "invalid_dpop_proof" or "invalid_request"

  @RFC9449-10-01 @RFC9449-11.9-01
  Scenario Outline: A bound code of a public client is refused with another key
    Given a public client
    And a code bound by "<means>" gives a token to its key
    When the client redeems a code bound by "<means>" <proof>
    Then it is refused

    Examples:
      | means        | proof                       |
      | dpop_jkt     | with a proof by another key |
      | dpop_jkt     | without a proof             |
      | pushed proof | with a proof by another key |

  @RFC9449-10-02
  Scenario: A bound code is refused without a proof
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code bound by "dpop_jkt" without a proof
    Then it is refused

  @RFC9449-10-05
  Scenario Outline: dpop_jkt in a signed request object counts
    Given a code bound by "<means>" gives a token to its key
    When the client redeems a code bound by "<means>" <proof>
    Then it is refused

    Examples:
      | means                 | proof                       |
      | request object        | with a proof by another key |
      | request object        | without a proof             |
      | pushed request object | with a proof by another key |

  # RFC 9101 §6.3: "The authorization server MUST only use the parameters in the Request
  # Object, even if the same parameter is provided in the query parameter."
  @RFC9101-6.3-01
  Scenario Outline: Beside a request object no other dpop_jkt counts
    Given a code bound by "<alone>" gives a token to its key
    When the client redeems a code bound by "<means>" with a proof by another key
    Then it gets no token

    Examples:
      | alone                 | means                                         |
      | request object        | request object beside another dpop_jkt        |
      | pushed request object | pushed request object beside another dpop_jkt |

  @RFC9101-6.3-01
  Scenario Outline: The dpop_jkt of a request object counts, whatever stands outside
    When the client redeems a code bound by "<means>" with a proof by its key
    Then its own dpop_jkt counts, or the request was refused

    Examples:
      | means                                         |
      | request object beside another dpop_jkt        |
      | pushed request object beside another dpop_jkt |

  @RFC9449-10-09
  Scenario Outline: PKCE is enforced beside the binding
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code bound by "dpop_jkt" <verifier>
    Then it is refused

    Examples:
      | verifier                   |
      | with a false code_verifier |
      | without its code_verifier  |

  @RFC9449-10-04
  Scenario Outline: A malformed dpop_jkt binds to no key at hand
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code that was asked for with a dpop_jkt that is <malformation>
    Then it gets no token

    Examples:
      | malformation                 |
      | 42 characters long           |
      | 44 characters long           |
      | padded                       |
      | in other letter case         |
      | in the plain base64 alphabet |
      | 4096 characters long         |
      | given twice                  |

  @RFC9449-11.10-01 @RFC9449-10-04
  Scenario Outline: The thumbprint of a key is the SHA-256 one alone
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code that was asked for with a dpop_jkt that is <thumbprint>
    Then it gets no token

    Examples:
      | thumbprint           |
      | a SHA-384 thumbprint |
      | a SHA-512 thumbprint |

  @RFC9449-10-04
  Scenario: An empty dpop_jkt does no harm
    Given a code bound by "dpop_jkt" gives a token to its key
    When the client redeems a code that was asked for with a dpop_jkt that is empty
    Then the server has not failed

  @RFC9449-10-06
  Scenario: A wrong key does not take the code from its client
    When the client redeems a code bound by "dpop_jkt" with a proof by another key
    And the client redeems the same code with a proof by its key
    Then it is accepted

  # RFC 6749 §4.1.2: the server "MUST deny the request and SHOULD revoke (when possible) all
  # tokens previously issued based on that authorization code".
  @RFC6749-4.1.2-01 @FAPI2-5.3.2.2-09
  Scenario: A code serves once
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the client redeems its code a second time
    Then it is refused

  @RFC6749-4.1.2-02
  Scenario Outline: The second use of a code revokes what the first one gave
    Given a <type> client
    And the client has logged in with a proof by its key
    When the client redeems its code a second time
    Then what the code gave is revoked

    Examples:
      | type         |
      | public       |
      | confidential |

  # A code is for one use (RFC 6749 §4.1.2); some servers count every use.
  @RFC9449-5-20 @verdict:warn
  Scenario Outline: A bad proof does not take the code from its client
    When the client redeems a code bound by "dpop_jkt" with a proof whose <part> is <value>
    And the client redeems the same code with a proof by its key
    Then it is accepted

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | iat       | one hour old               |
