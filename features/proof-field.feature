@battery
Feature: The proof comes in exactly one DPoP field
  RFC 9449 §4.1 and §4.3, check 1: a request has not more than one DPoP field,
  and its value is one proof. Names of fields have no letter case (RFC 9110 §5.1).

  @RFC9449-4.3-01 @at:token @at:par @at:userinfo @at:api
  Scenario: Two field lines with different proofs are refused
    Given an honest proof is accepted
    When the request carries a proof whose field is sent twice with different proofs
    Then it is refused

  @RFC9449-4.3-02 @at:token @at:par @at:userinfo @at:api
  Scenario: Two field lines with the same proof are refused
    Given an honest proof is accepted
    When the request carries a proof whose field is sent twice
    Then it is refused

  @RFC9449-4.3-03 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A list of proofs in one field line is refused
    Given an honest proof is accepted
    When the request carries a proof whose field is <value>
    Then it is refused

    Examples:
      | value                          |
      | a comma list                   |
      | a comma list without space     |
      | a comma list of the same proof |
      | followed by a comma            |

  @RFC9449-4.3-04 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof beside a field line that is none is refused
    Given an honest proof is accepted
    When the request carries a proof whose field is <value>
    Then it is refused

    Examples:
      | value                     |
      | followed by garbage       |
      | preceded by garbage       |
      | followed by an empty line |
      | preceded by an empty line |

  @RFC9449-4.1-05 @at:token @at:par @at:userinfo @at:api
  Scenario: An empty field counts as an invalid proof, not as none
    Given an honest proof is accepted
    When the request carries a proof whose field is empty
    Then it is refused

  @RFC9449-4.1-05 @RFC9449-4.3-85 @at:userinfo @at:api
  Scenario: A bound token without a proof is refused
    Given an honest proof is accepted
    When the request carries a proof whose field is missing
    Then it is refused

  @RFC9449-4.1-03 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A value that is more than the proof is refused
    Given an honest proof is accepted
    When the request carries a proof whose field is <value>
    Then it is refused

    Examples:
      | value                    |
      | in quotes                |
      | prefixed with its scheme |
      | followed by a parameter  |
      | broken by a space        |

  @RFC9449-4.1-04 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of the value counts
    Given an honest proof is accepted
    When the request carries a proof whose signature is in other letter case in one character
    Then it is refused

  @RFC9449-4.1-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The letter case of the field name does not count
    Given an honest proof is accepted
    When the request carries a proof whose field name is <value>
    Then it is accepted

    Examples:
      | called | value |
      | lower  | dpop  |
      | upper  | DPOP  |
      | mixed  | dPoP  |

  @RFC9449-4.1-06 @at:userinfo @at:api
  Scenario Outline: A proof outside the DPoP field is none
    Given an honest proof is accepted
    When the request carries an honest proof <place> alone
    Then it is refused

    Examples:
      | place                        |
      | in its query                 |
      | in its query, called DPoP,   |
      | in a cookie                  |
      | in a cookie called DPoP      |
      | in a field called X-DPoP     |
      | in a field called DPoP-Proof |

  @RFC9449-4.1-06 @at:token
  Scenario Outline: A proof outside the DPoP field is none for a client that needs one
    Given a client that is registered for bound tokens
    And an honest proof is accepted
    When the request carries an honest proof <place> alone
    Then it is refused

    Examples:
      | place                        |
      | in its query                 |
      | in its query, called DPoP,   |
      | in a cookie                  |
      | in a cookie called DPoP      |
      | in a field called X-DPoP     |
      | in a field called DPoP-Proof |
      | in a form field              |
      | in a form field called DPoP  |

  @RFC9449-4-02 @at:userinfo @at:api
  Scenario: A proof without an access token gets nothing
    Given an honest proof is accepted
    When the request carries an honest proof and no access token
    Then it is refused

  @RFC9449-4-03 @at:token
  Scenario: A proof with a made-up code gets no token
    Given an honest proof is accepted
    When the request carries an honest proof and a made-up code
    Then it is refused
