Feature: What profiles ask of an authorization server
  FAPI 2.0 Security Profile §5.3.2.1 and §5.4.1 narrow what RFC 9449 leaves open.

  @at:token @FAPI2-5.3.2.1-04
  Scenario: No token without a proof
    Given an honest proof is accepted
    When the request carries no proof
    Then it is refused

  @at:token @at:par @FAPI2-5.3.2.1-13a
  Scenario Outline: A clock that is a little ahead does no harm
    Given an honest proof is accepted
    When the request carries a proof whose <claim> is <ahead> s
    Then it is accepted

    Examples:
      | claim | ahead |
      | iat   | 1     |
      | iat   | 8     |
      | iat   | 10    |
      | nbf   | 1     |
      | nbf   | 8     |
      | nbf   | 10    |

  @at:token @at:par @FAPI2-5.3.2.1-13b
  Scenario Outline: A clock that is far ahead is refused
    Given an honest proof is accepted
    When the request carries a proof whose <claim> is <ahead> s
    Then it is refused

    Examples:
      | claim | ahead |
      | iat   | 61    |
      | iat   | 75    |
      | nbf   | 75    |

  @at:token @at:par @FAPI2-5.4.1-01
  Scenario Outline: Only the algorithms of the profile are taken
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm>
    Then the profile refuses it

    Examples:
      | algorithm |
      | RS256     |
      | ES384     |
      | PS512     |

  @at:token @FAPI2-5.4.1-02
  Scenario: A short RSA key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is RSA of 1024 bits
    Then it is refused
