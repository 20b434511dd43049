@at:token
Feature: Refreshing keeps the binding
  RFC 9449 §5: the refresh token of a public client is bound to the key of the
  proof that it was issued for; a confidential client's is bound to the client.
  Every refresh is judged anew, with all the checks of a proof.

  @RFC9449-5-08
  Scenario: A public client's refresh token is refused with another key
    Given a public client
    And the client has logged in with a proof by its key
    And the client has refreshed its tokens
    When the client refreshes with a proof by another key
    Then it is refused

  @RFC9449-5-08
  Scenario: The first refresh token is bound already
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof by another key
    Then it is refused

  @RFC9449-5-08
  Scenario: The refresh token that comes with a device code is bound as well
    Given a public client
    And the client has logged in by "device_code" with a proof by its key
    When the client refreshes with a proof by another key
    Then it is refused

  @RFC9449-5-08
  Scenario: The refusal of another key is a token error
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof by another key
    Then it is refused with the error "invalid_grant" or "invalid_dpop_proof" or "invalid_request"

  @RFC9449-5-09
  Scenario Outline: The binding outlasts rotation
    Given a public client
    And the client has logged in with a proof by its key
    And the client has refreshed its tokens <times>
    When the client refreshes with a proof by another key
    Then it is refused

    Examples:
      | times       |
      | twice       |
      | three times |

  @RFC9449-5-09
  Scenario: Every refresh gives a token bound to the same key
    Given a public client
    And the client has logged in with a proof by its key
    And the client has refreshed its tokens twice
    When the client refreshes with a proof by its key
    Then it is accepted
    And the access token is bound to its key

  @RFC9449-5-10
  Scenario: A public client's bound refresh token is refused without a proof
    Given a public client
    And the client has logged in with a proof by its key
    And the client has refreshed its tokens
    When the client refreshes without a proof
    Then it is refused

  @RFC9449-5-11
  Scenario Outline: The proof of a refresh is checked in full
    Given a <type> client
    And the grant is "refresh_token"
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | type         | part | value          |
      | public       | jwk  | of another key |
      | public       | htm  | another method |
      | public       | typ  | missing        |
      | public       | iat  | missing        |
      | public       | jti  | missing        |
      | public       | alg  | none           |
      | confidential | jwk  | of another key |
      | confidential | htm  | another method |
      | confidential | typ  | missing        |

    Examples: the signature and the time
      | type         | part      | value                      |
      | public       | signature | tampered in its first byte |
      | public       | iat       | one hour old               |
      | confidential | signature | tampered in its first byte |
      | confidential | iat       | one hour old               |

  @RFC9449-5-11
  Scenario Outline: A proof for another place does not refresh
    Given a <type> client
    And the grant is "refresh_token"
    And an honest proof is accepted
    When the token endpoint gets a proof that was made for the PAR endpoint
    Then it is refused

    Examples:
      | type         |
      | public       |
      | confidential |

  @RFC9449-5-11 @RFC9449-11.1-03 @verdict:warn
  Scenario: The proof of the login does not refresh
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes with the very proof of its login
    Then it is refused

  @RFC9449-5-20 @RFC9449-4.3-85
  Scenario Outline: A refresh that is refused for its proof leaves the refresh token as it was
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof whose <part> is <value>
    And the client refreshes with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | form      | random text                |
      | htm       | another method             |
      | iat       | one hour old               |

  @RFC9449-5-20 @RFC9449-4.3-85
  Scenario Outline: A bad proof does not use up the refresh token of a confidential client
    Given a confidential client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof whose <part> is <value>
    And the client refreshes with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | htm       | another method             |

  @RFC9449-4.3-85
  Scenario Outline: A refresh that is refused for its proof leaves the access token as it was
    Given a <type> client
    And the client has logged in with a proof by its key
    And its access token is good at userinfo
    When the client refreshes with a proof whose signature is tampered in its first byte
    Then its access token is still good at userinfo

    Examples:
      | type         |
      | public       |
      | confidential |

  # A key that is refused does not become the right one by being shown.
  @RFC9449-5-08
  Scenario: Another key is refused the second time as well
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof by another key
    And the client refreshes with a proof by another key
    Then it is refused

  # What becomes of a token that comes with a wrong key or none is the server's to
  # choose: it may take it for stolen.
  @RFC9449-5-20 @verdict:info
  Scenario Outline: A refresh that is refused for its key leaves the refresh token as it was
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes <proof>
    And the client refreshes with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | proof                       |
      | with a proof by another key |
      | without a proof             |

  # A server may keep the refresh token before until the new tokens are used: used by
  # their holder.
  @RFC9449-4.3-85 @RFC9449-5-20
  Scenario: An access token that comes with a bad proof does not use the refresh token up
    Given refresh tokens outlast a refresh
    And the client has logged in with a proof by its key
    And the client has refreshed its tokens
    And its new access token has been refused at userinfo for a bad proof
    When the client refreshes with its first refresh token with a proof by its key
    Then it is accepted
    And the access token is bound to its key

  # RFC 9449 §5: access tokens that are not bound have "the effect of DPoP-binding the
  # refresh token alone".
  @RFC9449-5-22
  Scenario Outline: The refresh token is bound though the access token is not
    Given a public client
    And the client has logged in with a proof by its key and got an unbound access token
    When the client refreshes <proof>
    Then it is refused

    Examples:
      | proof                       |
      | with a proof by another key |
      | without a proof             |

  @RFC9449-5-22
  Scenario: The binding of the refresh token alone outlasts rotation
    Given a public client
    And the client has logged in with a proof by its key and got an unbound access token
    And the client has refreshed its tokens
    When the client refreshes with a proof by another key
    Then it is refused

  @RFC9449-5-12
  Scenario: A confidential client may refresh with a new key
    Given a confidential client
    And the client has logged in with a proof by its key
    When the client refreshes with a proof by another key
    Then it is accepted
    And the access token is bound to another key

  @RFC9449-5-13
  Scenario: A client that is registered for bound tokens cannot fall back by refreshing
    Given a client that is registered for bound tokens
    And the client has logged in with a proof by its key
    When the client refreshes without a proof
    Then no unbound token is issued

  @RFC9449-5-13 @RFC9449-5-15
  Scenario: A confidential client that leaves the proof out is told so by token_type
    Given a confidential client
    And the client has logged in with a proof by its key
    When the client refreshes without a proof
    Then token_type and binding agree

  @RFC9449-5-19
  Scenario: A first proof at refresh is refused or counts
    Given a public client
    And the client has logged in without a proof
    When the client refreshes with a proof by its key
    Then token_type and binding agree

  @RFC9700-2.2.2-01
  Scenario: A public client's unbound refresh token works once
    Given a public client
    And the client has logged in without a proof
    And the client has refreshed its tokens without a proof
    When the client refreshes with its first refresh token without a proof
    Then it is refused

  @RFC9700-2.2.2-01
  Scenario: A public client's refresh token is bound, or works once
    Given a public client
    And the client has logged in with a proof by its key
    When the client refreshes without a proof
    Then no unbound token is issued

  @FAPI2-5.3.2.1-09
  Scenario: Refresh tokens are not rotated as a routine
    Given the client has logged in with a proof by its key
    And the client has refreshed its tokens
    Then the refresh token stays good
